namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>
/// One at a time. Counts the turns that have ended: what was seen of the kernel before one ended may be what it was in the middle of.
/// </summary>
internal sealed class Gate : IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private long ended;

    /// <summary>How many turns have ended.</summary>
    public long Ended => Volatile.Read(ref ended);

    public Task WaitAsync(CancellationToken cancellation) => one.WaitAsync(cancellation);

    public Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellation) => one.WaitAsync(patience, cancellation);

    public void Release()
    {
        Interlocked.Increment(ref ended);
        one.Release();
    }

    public void Dispose() => one.Dispose();
}
