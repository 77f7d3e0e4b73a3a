namespace NodeAgent.Daemon.Replication;

/// <summary>
/// Keeps apart a run that reads which snapshots there are, and has not yet noted which it needs, from a cycle that lets
/// old ones go: else the snapshot that a run means to begin with could go in between.
/// </summary>
public sealed class SnapshotGate : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    /// <summary>Waits until nobody is inside; disposing the pass leaves.</summary>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        return new Pass(one);
    }

    /// <inheritdoc/>
    public void Dispose() => one.Dispose();

    private sealed class Pass(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
