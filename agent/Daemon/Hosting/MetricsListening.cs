using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Keeps metrics served. An address that another process has costs scrapes until it is free, and never the agent.</summary>
/// <param name="startAsync">Begins to serve; a fault if it cannot.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where trouble is told, once.</param>
internal sealed class MetricsListening(Func<CancellationToken, Task<Outcome<MetricsServer>>> startAsync, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource ended = new();
    private MetricsServer? server;
    private Task? trying;

    /// <summary>Why nothing is served now; null: it is, or it is switched off.</summary>
    public Fault? Trouble { get; private set; }

    /// <summary>What an operator should see in the status.</summary>
    public IEnumerable<Problem> Problems(NodeId node) =>
        Trouble is { } trouble ? [new Problem(HealthLevel.Degraded, node.Value, $"{trouble.What}: {trouble.Why}", trouble.NextStep)] : [];

    /// <summary>Tries once; if that fails, again and again until disposed.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (!await TryAsync(cancellation))
        {
            log.LogWarning("{Fault}", Trouble);
            trying = TryOnAsync(ended.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        if (trying is not null)
        {
            await trying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (server is not null)
        {
            await server.DisposeAsync();
        }

        ended.Dispose();
    }

    private async Task TryOnAsync(CancellationToken cancellation)
    {
        do
        {
            await Task.Delay(Again, time, cancellation);
        }
        while (!await TryAsync(cancellation));
        log.LogInformation("metrics are served on {Address}", server!.Address);
    }

    private async Task<bool> TryAsync(CancellationToken cancellation)
    {
        var started = await startAsync(cancellation);
        Trouble = started.Fault;
        if (!started.IsOk)
        {
            return false;
        }

        server = started.Value;
        var warmed = await server.WarmAsync(cancellation);
        if (!warmed.IsOk)
        {
            log.LogWarning("{Fault}", warmed.Fault);
        }

        return true;
    }
}
