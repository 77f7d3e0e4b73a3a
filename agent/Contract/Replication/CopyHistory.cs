namespace NodeAgent.Contract;

/// <summary>What one node's copy of a unit consists of.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Role">What the node may do with it.</param>
/// <param name="Epoch">The newest epoch durably seen.</param>
/// <param name="Volumes">One entry a volume, ordered by name; empty if the node holds no copy.</param>
public sealed record CopyHistory(UnitId Unit, Role Role, Epoch Epoch, IReadOnlyList<VolumeHistory> Volumes);
