using System.Collections.Immutable;
using System.Net;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Peers;

/// <summary>What the configuration says about peers.</summary>
/// <param name="StateFolder">The daemon's state folder; identity lives in <c>cluster</c> below it.</param>
/// <param name="Listen">Where peers reach this node.</param>
/// <param name="Networks">Networks of this node, preferred (replication) first.</param>
/// <param name="Facts">What this node says of itself.</param>
/// <param name="Links">Deadlines.</param>
internal sealed record PeerSettings(
    string StateFolder,
    ImmutableArray<IPEndPoint> Listen,
    ImmutableList<LocalNetwork> Networks,
    AgentFacts Facts,
    LinkDeadlines Links)
{
    /// <summary>The limits of each link to a peer.</summary>
    public NetworkLimits Limits { get; init; } = NetworkLimits.None;
}
