using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Status;

/// <summary>A unit as one node sees it: the writer tells of all copies, a node with a copy of its own.</summary>
/// <param name="Record">What is decided about it, as the node knows it.</param>
/// <param name="Role">What the storage says the node may do.</param>
/// <param name="Volumes">Its volumes on this node.</param>
/// <param name="Copies">The copies, as this node knows them.</param>
/// <param name="Problem">Why its replication cannot begin; null if it can.</param>
public sealed record UnitReport(
    UnitRecord Record,
    Role Role,
    IReadOnlyList<VolumeReport> Volumes,
    IReadOnlyList<CopyLine> Copies,
    string? Problem)
{
    /// <summary>The planned move that is under way; null if none is.</summary>
    public SwitchoverLine? Switchover { get; init; }
}
