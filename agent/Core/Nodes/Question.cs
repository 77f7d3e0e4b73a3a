using NodeAgent.Contract;

namespace NodeAgent.Core.Nodes;

/// <summary>A wish whose effect was not seen yet.</summary>
/// <param name="At">When it was asked, on this node's boot clock.</param>
/// <param name="Revision">The state of the store that was known then.</param>
public sealed record Question(Instant At, long Revision);
