using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The peers as this node reaches them.</summary>
internal sealed class PeerSource(ClusterSeat seat) : IMetricSource
{
    public string Collector => "peers";

    public void Collect(AgentMetrics metrics)
    {
        IReadOnlyList<PeerStatus> peers = seat.Node is { } node ? [.. node.Links.Status()] : [];
        metrics.PeerLastHeartbeatTimestamp.Replace(peers.Select(
            peer => new GaugeSample(UnixTime.Of(peer.Paths.Select(path => path.LastSuccess).Max()), peer.Node.Value)));

        // A peer with two addresses on one network is reached over it as long as one of them answers.
        metrics.PeerPathUp.Replace(peers.SelectMany(peer => peer.Paths
            .Where(path => path.State != PathState.Unknown)
            .GroupBy(path => path.Network, StringComparer.Ordinal)
            .Select(paths => new GaugeSample(paths.Any(path => path.State == PathState.Up) ? 1 : 0, peer.Node.Value, paths.Key))));
        foreach (var peer in peers)
        {
            metrics.PeerSentBytes.Follow(peer.SentBytes, peer.Node.Value);
            metrics.PeerReceivedBytes.Follow(peer.ReceivedBytes, peer.Node.Value);
        }
    }
}
