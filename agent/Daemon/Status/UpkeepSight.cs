using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>What was last heard of a backend's upkeep.</summary>
/// <param name="Fault">Why its last step failed; null: it did not.</param>
/// <param name="Unread">Why what it saw could not be read; null: it could.</param>
/// <param name="Lines">What it saw, as far as that is known.</param>
public sealed record UpkeepSight(Fault? Fault, Fault? Unread, IReadOnlyList<UpkeepLine> Lines)
{
    /// <summary>Nothing was heard yet.</summary>
    public static UpkeepSight None { get; } = new(null, null, []);
}
