using NodeAgent.Contract;

namespace NodeAgent.Core.Nodes;

/// <summary>A service that nobody may write.</summary>
/// <param name="Since">Since when, on this node's boot clock.</param>
/// <param name="Revision">The state of the store in which that was seen first.</param>
public sealed record Orphan(Instant Since, long Revision);
