using System.Collections.Immutable;

namespace NodeAgent.Contract;

/// <summary>A person's choice between the copies of a unit.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Keep">The node whose copy counts from now on.</param>
/// <param name="Sides">What each node that answered shows.</param>
public sealed record CopyChoice(UnitId Unit, NodeId Keep, IReadOnlyList<CopySide> Sides)
{
    /// <summary>Nodes that do not answer and are proven not to run, each with the proof.</summary>
    public IReadOnlyDictionary<NodeId, string> Gone { get; init; } = ImmutableDictionary<NodeId, string>.Empty;

    /// <summary>Nodes that do not answer, each with the reason; nothing proves that they do not run.</summary>
    public IReadOnlyDictionary<NodeId, string> Silent { get; init; } = ImmutableDictionary<NodeId, string>.Empty;

    /// <summary>True: go on although what the other copy holds cannot be kept.</summary>
    public bool MayLose { get; init; }
}
