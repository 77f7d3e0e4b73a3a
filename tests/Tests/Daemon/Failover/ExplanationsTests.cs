using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Services;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class ExplanationsTests
{
    private static readonly NodeId Node = new("n1");

    [TestMethod]
    public void A_service_runs_only_as_long_as_its_node_has_its_lease()
    {
        var record = new ServiceRecord(new ServicePolicy("db", [Node]))
        {
            Owner = new Tenure(Node, 7, "boot", new Epoch(1), new Proof(ProofKind.FirstWriter, "")), Epoch = new Epoch(1), Phase = ServicePhase.Running,
        };
        var ended = ClusterView.Empty with { Record = ClusterView.Empty.Record.With(record) };
        var held = ended with { Live = ended.Live.Add(Node.Value, 7) };
        var told = new Explanations(
            new NodeSettings(Node, "boot", Timings.Compute(TimingChoice.Of(TimeSpan.FromSeconds(4))).Value),
            new ServiceMonitor(new Dictionary<string, RunnableService>(), _ => null, () => NodeState.Fresh, TimeProvider.System));
        Assert.AreEqual("running", told.Line(held, record, null).State);
        Assert.AreEqual("waiting", told.Line(ended, record, null).State);
        Assert.AreEqual("waiting", told.Service(NodeState.Fresh, ended, record).Lines.Single(line => line.Label == "state").Text);
    }
}
