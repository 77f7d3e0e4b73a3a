using NodeAgent.Contract;

namespace NodeAgent.Core.Nodes;

/// <summary>A node that a service had better run on.</summary>
/// <param name="Node">Which.</param>
/// <param name="Since">Since when it is that without a break, on this node's boot clock.</param>
public sealed record BetterNode(NodeId Node, Instant Since);
