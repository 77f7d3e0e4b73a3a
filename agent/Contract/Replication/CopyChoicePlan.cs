namespace NodeAgent.Contract;

/// <summary>What choosing a copy would mean.</summary>
/// <param name="GivesWay">The node whose copy is overwritten.</param>
/// <param name="Steps">What would be done, each a sentence.</param>
/// <param name="Blockers">What stands in the way now, each a sentence with what to do; empty if nothing does.</param>
/// <param name="IsKept">True if what the other copy holds is put away before it is overwritten.</param>
public sealed record CopyChoicePlan(NodeId GivesWay, IReadOnlyList<string> Steps, IReadOnlyList<string> Blockers, bool IsKept);
