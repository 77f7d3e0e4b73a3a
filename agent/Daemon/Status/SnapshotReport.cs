using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A snapshot on this node.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Name">Its name.</param>
/// <param name="CreatedAt">When the data was so.</param>
/// <param name="Guids">Its identity per volume.</param>
/// <param name="Holds">What keeps it from being deleted.</param>
public sealed record SnapshotReport(
    UnitId Unit, string Name, DateTimeOffset CreatedAt, IReadOnlyDictionary<string, string> Guids, IReadOnlyList<string> Holds);
