using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>The process beside the agent that owns the watchdog: it is told deadlines, and resets the node if one passes.</summary>
internal interface IGuard
{
    /// <summary>The watchdog may be fed until then, and not longer. Never waits.</summary>
    void FeedUntil(Instant deadline);

    /// <summary>Nothing is owned any more. Never waits.</summary>
    void StandDown();

    /// <summary>Tells what it knows until cancelled: attested and armed, whenever one of them changes, and once at the start.</summary>
    Task WatchAsync(Action<bool, bool> told, CancellationToken cancellation);
}
