namespace NodeAgent.Core.Nodes;

/// <summary>What follows from an input.</summary>
/// <param name="Next">The state from now on.</param>
/// <param name="Effects">What is to be done, in this order.</param>
public sealed record NodeDecision(NodeState Next, IReadOnlyList<NodeEffect> Effects)
{
    /// <summary>The branches that were taken, for tests.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];
}
