namespace NodeAgent.Contract;

/// <summary>A pool as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Health">The verdict; looks at the parts, not at the pool's own word alone.</param>
/// <param name="CapacityBytes">Size; null if unknown.</param>
/// <param name="AvailableBytes">What can still be written; null if unknown.</param>
/// <param name="Activity">What is under way; null if nothing is.</param>
/// <param name="Remarks">What an operator should know, each a sentence.</param>
/// <param name="Native">The storage's own word: "ONLINE".</param>
public sealed record PoolReport(
    string Name,
    HealthLevel Health,
    long? CapacityBytes,
    long? AvailableBytes,
    PoolActivity? Activity,
    IReadOnlyList<string> Remarks,
    string Native)
{
    /// <summary>
    /// The block devices that its data stands on, as paths; empty if unknown. All of them have to answer: one that hangs makes
    /// the pool hang.
    /// </summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The unit whose data alone lies in it; null: any unit of the backend may. What hangs under one unit is no reason to give up another.</summary>
    public UnitId? Unit { get; init; }

    /// <summary>
    /// True if the pool has stopped all I/O by itself and says so: what waits for it may wait for ever, although its devices have
    /// nothing to do and every program looks alive. Of no pool that is only slow, degraded, or not there.
    /// </summary>
    public bool IsSuspended { get; init; }
}
