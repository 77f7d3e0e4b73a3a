using NodeAgent.Contract;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Guards;

/// <summary>The process beside the agent that owns the watchdog: it is told deadlines, and resets the node if one passes.</summary>
internal interface IGuard
{
    /// <summary>The watchdog may be fed until then, and not longer. Never waits.</summary>
    /// <param name="deadline">On the boot clock.</param>
    /// <param name="session">The stay that it is for.</param>
    void FeedUntil(Instant deadline, long session);

    /// <summary>Nothing is owned any more. Never waits.</summary>
    /// <param name="session">The stay that ended or owns nothing.</param>
    void StandDown(long session);

    /// <summary>What it counts; null if nothing. A fault means that it did not answer, which is not the same.</summary>
    Task<Outcome<GuardCount?>> CountAsync(CancellationToken cancellation);

    /// <summary>
    /// Tells what it knows until cancelled: whether the watchdog proves anything, and whether a deadline counts. Told as a
    /// function, asked when it is handled: an order that was given since may have overtaken what was true.
    /// </summary>
    Task WatchAsync(Action<Func<NodeInput>> told, CancellationToken cancellation);
}
