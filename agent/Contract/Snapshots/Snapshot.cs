namespace NodeAgent.Contract;

/// <summary>A snapshot of a unit as it is on this node.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="CreatedAt">When the data was so, by the writer's wall clock at that time.</param>
/// <param name="Guids">Per volume name, an identity that is the same in every copy and in no other snapshot.</param>
/// <param name="Holds">Tags that keep it from being deleted.</param>
public sealed record Snapshot(
    SnapshotId Id,
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Guids,
    IReadOnlyList<string> Holds);
