using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Replication.Wire;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Hosting;

/// <summary>The members of the cluster as keepers of copies.</summary>
internal sealed class CopyDirectory(ClusterSeat seat) : ICopyDirectory
{
    private readonly ConcurrentDictionary<(UnitId Unit, NodeId Peer), CopyReport> reports = new();

    public Outcome<ICopyHost> Find(NodeId peer)
    {
        if (seat.Node is not { } node)
        {
            return PeerFaults.NotInCluster();
        }

        return node.Links.Find(peer) is { } link
            ? new RemoteCopies(link)
            : new Fault(FaultCode.PeerUnavailable, $"cannot reach {peer}", "it is not a member of the cluster",
                "See 'nodeagent cluster members'.", Retry.AfterFix);
    }

    /// <summary>The peer as the next writer of a unit; a fault if it is no member.</summary>
    public Outcome<IHandoverHost> FindTarget(NodeId peer) =>
        seat.Node?.Links.Find(peer) is { } link ? new RemoteHandover(link) : Find(peer).Fault!;

    public CopyReport? LastReport(UnitId unit, NodeId peer) => reports.GetValueOrDefault((unit, peer));

    public CopyReport Remember(UnitId unit, NodeId peer, CopyReport report) => reports[(unit, peer)] = report;

    public void Forget(UnitId unit, NodeId peer) => reports.TryRemove((unit, peer), out _);
}
