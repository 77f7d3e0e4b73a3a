using NodeAgent.Contract;

namespace NodeAgent.Core.Placement;

/// <summary>A node that was looked at for a service.</summary>
/// <param name="Node">The node.</param>
/// <param name="Objection">Why it cannot have the service; null if it can.</param>
/// <param name="Loss">What would be lost on it at most.</param>
public sealed record Candidate(NodeId Node, string? Objection, TimeSpan Loss);
