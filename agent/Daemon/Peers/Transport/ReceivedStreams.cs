using System.Collections.Concurrent;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>How much came from each peer in data streams since the agent started, also from links that were made anew.</summary>
internal sealed class ReceivedStreams
{
    private readonly ConcurrentDictionary<NodeId, ByteCount> counts = new();

    public ByteCount Of(NodeId peer) => counts.GetOrAdd(peer, _ => new ByteCount());
}
