using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>What replication from this node does, per unit and copy. Series of copies that are not wanted any more go.</summary>
internal sealed class ReplicationSource(NodeId self, UnitRegistry registry, ReplicationLoop loop, StreamBoard board, ClusterSeat seat, UpkeepWatch upkeep)
    : IMetricSource
{
    public string Collector => "replication";

    public void Collect(AgentMetrics metrics)
    {
        var wanted = registry.All().Where(record => record.Writer == self)
            .SelectMany(record => record.Copies.Select(peer => (record.Unit, Peer: peer))).ToHashSet();
        Keep(metrics, wanted);
        foreach (var (key, bytes) in board.SentBytes.Where(entry => wanted.Contains(entry.Key)))
        {
            metrics.ReplicationSentBytes.Follow(bytes, key.Unit.ToString(), key.Peer.Value);
        }

        metrics.ReplicationLastSuccessTimestamp.Replace(wanted.Select(key => new GaugeSample(
            UnixTime.Of(loop.Activities.GetValueOrDefault(key.Unit)?.Peers.GetValueOrDefault(key.Peer.Value)?.LastSuccess),
            key.Unit.ToString(), key.Peer.Value)));
        var running = wanted.Select(key => (Key: key, Stream: board.Running(key.Unit, key.Peer)))
            .Where(known => known.Stream?.TotalBytes is not null).ToList();
        metrics.ResyncBytes.Replace(running.Select(
            known => new GaugeSample(known.Stream!.TotalBytes, known.Key.Unit.ToString(), known.Key.Peer.Value))
            .Concat(UpkeepSource.Copying(upkeep, resync => resync.TotalBytes)));
        metrics.ResyncRemainingBytes.Replace(running.Select(known => new GaugeSample(
            Math.Max(0, known.Stream!.TotalBytes!.Value - known.Stream.DoneBytes), known.Key.Unit.ToString(), known.Key.Peer.Value))
            .Concat(UpkeepSource.Copying(upkeep, resync => resync.RemainingBytes)));
    }

    private void Keep(AgentMetrics metrics, HashSet<(UnitId Unit, NodeId Peer)> wanted)
    {
        board.KeepOnly(wanted);
        var pairs = wanted.Select(key => (key.Unit.ToString(), key.Peer.Value)).ToHashSet();
        var peers = wanted.Select(key => key.Peer).Concat(seat.Others).Select(peer => peer.Value).ToHashSet(StringComparer.Ordinal);
        metrics.Registry.KeepOnly("peer", peers);
        metrics.Registry.KeepOnly("unit", "peer", pairs);
        foreach (var (unit, peer) in pairs)
        {
            metrics.Registry.ZeroInitialise(("unit", unit), ("peer", peer));
        }

        foreach (var peer in peers)
        {
            metrics.Registry.ZeroInitialise(("peer", peer));
        }
    }
}
