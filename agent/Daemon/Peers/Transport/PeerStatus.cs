using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>A peer and its paths in order of preference.</summary>
/// <param name="Node">The peer.</param>
/// <param name="Paths">Every path, also those that are down.</param>
/// <param name="LastHello">What it last said of itself; null if it was never heard.</param>
/// <param name="Skew">How far its clock is ahead of ours, round trip included; null if never heard.</param>
/// <param name="SentBytes">Data streams to it since the agent started.</param>
/// <param name="ReceivedBytes">Data streams from it since the agent started.</param>
internal sealed record PeerStatus(
    NodeId Node, ImmutableArray<PathStatus> Paths, Hello? LastHello, TimeSpan? Skew,
    long SentBytes, long ReceivedBytes)
{
    /// <summary>The path that the next call takes; null if none is known to work.</summary>
    public PathStatus? Current => Paths.FirstOrDefault(path => path.State == PathState.Up);

    /// <summary>Yes if a path works, No if all failed, Unknown before they were tried.</summary>
    public Answer Reachable => Current is not null ? Answer.Yes
        : Paths.All(path => path.State == PathState.Down) ? Answer.No : Answer.Unknown;

    /// <summary>True if a path is lost while another still works: redundancy is gone, service is not.</summary>
    public bool Degraded => Current is not null && Paths.Any(path => path.State == PathState.Down);
}
