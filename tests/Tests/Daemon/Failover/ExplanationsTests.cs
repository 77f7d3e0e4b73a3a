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
        var told = Told(_ => null);
        Assert.AreEqual("running", told.Line(held, record, null).State);
        Assert.AreEqual("waiting", told.Line(ended, record, null).State);
        Assert.AreEqual("waiting", told.Service(NodeState.Fresh, ended, record).Lines.Single(line => line.Label == "state").Text);
    }

    [TestMethod]
    public void Of_a_node_it_is_told_that_the_store_would_not_live_without_it_whoever_has_services()
    {
        var member = new MemberRecord(Node, "boot", 7);
        var view = ClusterView.Empty with { Record = ClusterView.Empty.Record.With(member) };
        Assert.IsEmpty(Told(_ => null).Node(NodeState.Fresh, view, member).Lines.Where(line => line.Label == "if it dies"));
        var line = Told(node => node == Node ? "of its 3 members 1 would be left" : null).Node(NodeState.Fresh, view, member).Lines.Single(line => line.Label == "if it dies");
        StringAssert.EndsWith(line.Text, "of its 3 members 1 would be left");
    }

    private static Explanations Told(Func<NodeId, string?> storeWithout) => new(
        new NodeSettings(Node, "boot", Timings.Compute(TimingChoice.Of(TimeSpan.FromSeconds(4))).Value) { StoreWithout = storeWithout },
        new ServiceMonitor(new HeldServices(null, "boot", new Dictionary<string, RunnableService>()), _ => null, () => NodeState.Fresh, TimeProvider.System));
}
