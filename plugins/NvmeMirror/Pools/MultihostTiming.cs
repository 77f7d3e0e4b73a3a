namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>What two settings of multihost come to. From the source, not from zfs.4, which tells of the case without fail intervals.</summary>
/// <param name="Interval">zfs_multihost_interval; 100 ms at least.</param>
/// <param name="FailIntervals">zfs_multihost_fail_intervals; 2 at least.</param>
internal sealed record MultihostTiming(TimeSpan Interval, int FailIntervals)
{
    // A pool that got no such write through for four seconds suspends itself: what the agent's stall tolerance is, too.
    /// <summary>While a node writes.</summary>
    public static MultihostTiming Steady { get; } = new(TimeSpan.FromMilliseconds(200), 20);

    /// <summary>For the moments of a planned handover, when nothing else writes.</summary>
    public static MultihostTiming Handover { get; } = new(TimeSpan.FromMilliseconds(100), 20);

    /// <summary>The writer suspends the pool after this long without any multihost write.</summary>
    public TimeSpan SuspendAfter => Interval * FailIntervals;

    /// <summary>The shortest activity check of an importer, which uses what the last writer had set.</summary>
    public TimeSpan ShortestCheck => 2 * SuspendAfter;

    /// <summary>The longest: ZFS adds up to a quarter at random.</summary>
    public TimeSpan LongestCheck => 2.5 * SuspendAfter;

    /// <summary>The claim that follows it.</summary>
    public TimeSpan Claim => 10 * Interval;
}
