using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>A node without a watchdog: the end of its lease proves nothing, only its power or an operator does.</summary>
internal sealed class NoGuard : IGuard
{
    /// <inheritdoc/>
    public void FeedUntil(Instant deadline)
    {
        // Nothing counts here.
    }

    /// <inheritdoc/>
    public void StandDown()
    {
        // Nothing counts here.
    }

    /// <inheritdoc/>
    public Task WatchAsync(Action<bool, bool> told, CancellationToken cancellation)
    {
        told(false, false);
        return Task.CompletedTask;
    }
}
