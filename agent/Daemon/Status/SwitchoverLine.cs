using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A planned move of a unit's writer that is under way.</summary>
/// <param name="From">The writer before.</param>
/// <param name="To">The writer after.</param>
/// <param name="Step">What is being done.</param>
/// <param name="StartedAt">When it began, by the former writer's wall clock.</param>
/// <param name="Problem">Why the last attempt ended; null if none has.</param>
public sealed record SwitchoverLine(NodeId From, NodeId To, string Step, DateTimeOffset StartedAt, string? Problem);
