using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>A peer as this node sees it.</summary>
/// <param name="Node">The peer.</param>
/// <param name="Reachable">Whether it answers.</param>
/// <param name="SkewSeconds">How far its clock is ahead of ours; null if it was never heard.</param>
/// <param name="Paths">The ways to it.</param>
internal sealed record PeerSight(NodeId Node, Answer Reachable, double? SkewSeconds, IReadOnlyList<PathLine> Paths);
