using NodeAgent.Contract;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Status;

/// <summary>A member of the cluster.</summary>
/// <param name="Name">The node.</param>
/// <param name="Reachable">Whether this node hears from it; "yes" for itself.</param>
/// <param name="Version">The agent's version there; null if unknown.</param>
/// <param name="LastSeen">When it last answered; null if never.</param>
/// <param name="Paths">The ways to it; empty for this node.</param>
/// <param name="Backends">Its backends; empty if it never answered.</param>
public sealed record NodeLine(
    NodeId Name,
    Answer Reachable,
    string? Version,
    DateTimeOffset? LastSeen,
    IReadOnlyList<PathLine> Paths,
    IReadOnlyList<BackendLine> Backends)
{
    /// <summary>What it has of memory and processors, and uses; null: it does not tell, or told it too long ago.</summary>
    public NodeLoad? Load { get; init; }
}
