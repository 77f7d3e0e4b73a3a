using System.Collections.Immutable;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What links need. <paramref name="Networks"/> is in order of preference.</summary>
internal sealed record LinkSetup(
    NodeIdentity Identity, PeerTrust Trust, ImmutableList<LocalNetwork> Networks, LinkDeadlines Deadlines, TimeProvider Time)
{
    /// <summary>The limit that every link begins with; null for none.</summary>
    public long? BytesPerSecond { get; init; }
}
