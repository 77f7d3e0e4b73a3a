using System.Collections.Immutable;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What links need. <paramref name="Networks"/> is in order of preference.</summary>
internal sealed record LinkSetup(
    NodeIdentity Identity, PeerTrust Trust, ImmutableList<LocalNetwork> Networks, LinkDeadlines Deadlines, TimeProvider Time)
{
    /// <summary>The limits that every link begins with.</summary>
    public NetworkLimits Limits { get; init; } = NetworkLimits.None;

    /// <summary>What the listener counts.</summary>
    public required ReceivedStreams Received { get; init; }
}
