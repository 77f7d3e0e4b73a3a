namespace NodeAgent.Contract;

/// <summary>The copies of a unit as this node knows them.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="ObservedAt">When it was looked at, by this node's wall clock.</param>
/// <param name="Copies">One entry a copy, ordered by node.</param>
public sealed record ReplicationStatus(UnitId Unit, DateTimeOffset ObservedAt, IReadOnlyList<CopyStatus> Copies);
