using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>What replication of a unit did last; replaced as a whole.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="NextDue">When the next cycle begins, on the boot clock.</param>
/// <param name="IsRunning">True while a cycle runs.</param>
/// <param name="Failures">Failed cycles in a row.</param>
/// <param name="Cycles">Cycles that ended since the agent started.</param>
/// <param name="SnapshotFault">Why the last cycle could not begin, or could not let old snapshots go; null if it could.</param>
/// <param name="Peers">Per copy.</param>
public sealed record UnitActivity(
    UnitId Unit,
    Instant NextDue,
    bool IsRunning,
    int Failures,
    long Cycles,
    Fault? SnapshotFault,
    ImmutableSortedDictionary<string, PeerActivity> Peers)
{
    /// <summary>A unit whose first cycle is due at once.</summary>
    public static UnitActivity New(UnitId unit, Instant now) =>
        new(unit, now, false, 0, 0, null, ImmutableSortedDictionary<string, PeerActivity>.Empty);
}
