using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Simulation.Nodes;

/// <summary>The writer's links, and what it remembers of copies while its agent runs.</summary>
internal sealed class SimDirectory(IReadOnlyDictionary<NodeId, SimLink> links) : ICopyDirectory
{
    private readonly Dictionary<NodeId, CopyReport> reports = [];

    public Outcome<ICopyHost> Find(NodeId peer) => links[peer];

    public CopyReport? LastReport(UnitId unit, NodeId peer) => reports.GetValueOrDefault(peer);

    public CopyReport Remember(UnitId unit, NodeId peer, CopyReport report) => reports[peer] = report;

    public void Forget(UnitId unit, NodeId peer) => reports.Remove(peer);
}
