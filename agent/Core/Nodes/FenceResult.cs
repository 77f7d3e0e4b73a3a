using NodeAgent.Core.Views;

namespace NodeAgent.Core.Nodes;

/// <summary>How an attempt to cut a node's power ended.</summary>
/// <param name="Session">The stay that was to end.</param>
/// <param name="Proof">What was read back; null if it is not known to be off.</param>
public sealed record FenceResult(long Session, Proof? Proof);
