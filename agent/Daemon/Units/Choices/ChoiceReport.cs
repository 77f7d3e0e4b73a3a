using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units.Choices;

/// <summary>What choosing a copy means, or meant, with what every node shows.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Keep">The node whose copy counts from then on.</param>
/// <param name="GivesWay">The node whose copy is overwritten.</param>
/// <param name="Sides">What each node that has a copy shows.</param>
/// <param name="Absent">Nodes that did not answer, each with the reason, or the proof that they do not run.</param>
/// <param name="Steps">What is done, each a sentence.</param>
/// <param name="Blockers">What stands in the way; empty if nothing does.</param>
/// <param name="IsKept">True if what the other copy holds is put away before it is overwritten.</param>
/// <param name="IsDone">False: only planned.</param>
public sealed record ChoiceReport(
    UnitId Unit, NodeId Keep, NodeId GivesWay, IReadOnlyList<CopySide> Sides, IReadOnlyList<string> Absent, IReadOnlyList<string> Steps,
    IReadOnlyList<string> Blockers, bool IsKept, bool IsDone);
