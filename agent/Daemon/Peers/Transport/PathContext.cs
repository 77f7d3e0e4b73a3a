using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What all paths to one peer share.</summary>
internal sealed record PathContext(
    NodeId Node, NodeIdentity Identity, PeerTrust Trust, LinkDeadlines Deadlines, TimeProvider Time)
{
    /// <summary>What came from it in data streams.</summary>
    public required ByteCount Received { get; init; }
}
