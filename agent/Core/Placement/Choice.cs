using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Placement;

/// <summary>Where a service goes.</summary>
/// <param name="Node">The node; null if none can have it now.</param>
/// <param name="Loss">What is lost at most.</param>
/// <param name="Candidates">Every allowed node, with what speaks against it.</param>
public sealed record Choice(NodeId? Node, TimeSpan Loss, ImmutableArray<Candidate> Candidates)
{
    /// <summary>Why this one, or why none, for people. Put into words only where somebody reads it: choices are made often.</summary>
    public string Reason => Because();

    internal Func<string> Because { get; init; } = () => "";
}
