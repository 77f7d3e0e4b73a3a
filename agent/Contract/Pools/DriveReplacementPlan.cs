namespace NodeAgent.Contract;

/// <summary>What replacing a drive means, or how far it is.</summary>
/// <param name="Node">The node that the drives are in.</param>
/// <param name="Steps">What is done, in order, each a sentence.</param>
/// <param name="Blockers">What stands in the way now, each a sentence with what to do; empty if nothing does.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Progress">The same in a sentence; empty if it was not ordered.</param>
public sealed record DriveReplacementPlan(
    NodeId Node, IReadOnlyList<string> Steps, IReadOnlyList<string> Blockers, DriveReplacementStage Stage, string Progress);
