using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>What a node holds of a unit that it is no copy of any more.</summary>
/// <param name="Node">Where it is.</param>
/// <param name="Snapshot">The newest complete snapshot; null if there is none.</param>
/// <param name="DataAsOf">Writes acknowledged before this time are in it; null if unknown.</param>
/// <param name="Why">Why it is no copy.</param>
/// <param name="NextStep">How to remove it.</param>
public sealed record LeftOutLine(NodeId Node, string? Snapshot, DateTimeOffset? DataAsOf, string Why, string NextStep);
