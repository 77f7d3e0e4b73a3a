using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A peer as this node sees it.</summary>
/// <param name="Node">The peer.</param>
/// <param name="Reachable">Whether it answers.</param>
/// <param name="LastSeen">When it last answered; null if never.</param>
/// <param name="Paths">The ways to it.</param>
/// <param name="Report">Its last report; null if it never gave one.</param>
public sealed record PeerView(
    NodeId Node, Answer Reachable, DateTimeOffset? LastSeen, IReadOnlyList<PathLine> Paths, NodeReport? Report)
{
    /// <summary>When that report came, by this node's wall clock; null if none did.</summary>
    public DateTimeOffset? ReportAt { get; init; }
}
