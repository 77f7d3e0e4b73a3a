namespace NodeAgent.Contract;

/// <summary>The copies of a unit as this node knows them.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="ObservedAt">When it was looked at, by this node's wall clock.</param>
/// <param name="Copies">One entry a copy, ordered by node.</param>
public sealed record ReplicationStatus(UnitId Unit, DateTimeOffset ObservedAt, IReadOnlyList<CopyStatus> Copies)
{
    /// <summary>
    /// Why what runs on the unit here had better run on another node: this node writes it, its own disk has failed, and a copy elsewhere is
    /// whole and connected. It is moved in order, if it can be; nothing is given up for it. Null: there is no such reason.
    /// </summary>
    public string? LeaveBecause { get; init; }
}
