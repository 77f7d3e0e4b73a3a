using NodeAgent.Contract;

namespace NodeAgent.Core.Units;

/// <summary>A planned move of a unit's writer, as its journal keeps it.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="From">The writer that gives it away: this node.</param>
/// <param name="To">The node that is to write it.</param>
/// <param name="Epoch">The epoch in which the move began.</param>
/// <param name="Round">How often the target was brought up to date for it.</param>
/// <param name="Snapshot">The snapshot that the target is to begin with; null until one is made in this round.</param>
public sealed record HandoverState(UnitId Unit, NodeId From, NodeId To, Epoch Epoch, int Round, string? Snapshot);
