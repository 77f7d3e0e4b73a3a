namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>A complete snapshot of a unit.</summary>
/// <param name="CreatedAt">When, by the writer's wall clock.</param>
/// <param name="Guids">Per volume, the image's id and the snapshot's number.</param>
/// <param name="Holds">Tags that keep it.</param>
internal sealed record SnapshotRecord(DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Guids, IReadOnlyList<string> Holds);
