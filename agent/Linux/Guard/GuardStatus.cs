using NodeAgent.Contract;

namespace NodeAgent.Linux.Guard;

/// <summary>How the guard stands.</summary>
/// <param name="Phase">Whether it may have this node reset.</param>
/// <param name="Deadline">Until when it feeds; means nothing while it is disarmed.</param>
/// <param name="Epoch">Of the lease that the deadline belongs to.</param>
/// <param name="Watchdog">What would reset this node.</param>
public sealed record GuardStatus(GuardPhase Phase, Instant Deadline, long Epoch, WatchdogAttestation Watchdog)
{
    /// <summary>No deadline further ahead is believed.</summary>
    public TimeSpan LongestLease { get; init; }

    /// <summary>When the device was fed last.</summary>
    public Instant LastFed { get; init; }

    /// <summary>How late the guard ever was.</summary>
    public TimeSpan MostLate { get; init; }

    /// <summary>Messages that changed nothing.</summary>
    public long Refused { get; init; }

    /// <summary>Feeds that the device did not take.</summary>
    public long FailedFeeds { get; init; }

    /// <summary>Bytes of managed memory that its loop took: 0, or it is a bug.</summary>
    public long Allocated { get; init; }

    /// <summary>When this node is reset at the latest if nobody says anything any more; never while disarmed.</summary>
    public Instant ResetBy => Phase switch
    {
        GuardPhase.Disarmed => Instant.Never,
        GuardPhase.Armed => Deadline.Add(Watchdog.Timeout),
        _ => LastFed.Add(Watchdog.Timeout),
    };
}
