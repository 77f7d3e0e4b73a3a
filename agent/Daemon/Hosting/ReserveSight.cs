using NodeAgent.Contract;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Whether the other nodes could carry the loss of one, by what all last told. Waits for nothing.</summary>
internal sealed class ReserveSight(NodeId self, LoadWatch loads, PeerReports peers, TimeProvider time)
{
    /// <summary>As it is known now.</summary>
    /// <param name="lost">The node that is lost; null: the largest.</param>
    public IReadOnlyList<ReserveLine> Of(NodeId? lost)
    {
        var now = time.GetUtcNow();
        return NodeReserve.Of([(self, NodeReserve.Own(loads.Last)), .. peers.Views().Select(peer => (peer.Node, NodeReserve.Heard(peer, now)))], lost);
    }
}
