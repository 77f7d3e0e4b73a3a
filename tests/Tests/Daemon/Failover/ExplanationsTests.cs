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

    [TestMethod]
    public void A_service_that_runs_in_a_doubted_store_says_that_and_how_it_ends()
    {
        var record = new ServiceRecord(new ServicePolicy("db", [Node]))
        {
            Owner = new Tenure(Node, 7, "boot", new Epoch(4), new Proof(ProofKind.FirstWriter, "")), Epoch = new Epoch(4), Settled = new Settlement(new Epoch(3), "t"),
        };
        var view = ClusterView.Empty with { Record = ClusterView.Empty.Record.With(record), Live = ClusterView.Empty.Live.Add(Node.Value, 7) };
        var told = Told(_ => null);
        Assert.IsEmpty(told.Service(NodeState.Fresh, view, record).Lines.Where(line => line.Label == "doubted"));
        StringAssert.Contains(told.Service(NodeState.Fresh, view, record).Lines.Single(line => line.Label == "settled").Text, "in epoch 3");

        var doubted = view with { Offers = view.Offers.Add("n2", NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(6)).Add("old", new Epoch(2)) }) };
        var line = told.Service(NodeState.Fresh, doubted, record).Lines.Single(line => line.Label == "doubted").Text;
        StringAssert.Contains(line, "older than what n2 saw of it: it knows epoch 4 of db, and there may have been epoch 6");
        StringAssert.Contains(line, "'nodeagent service stop db', 'nodeagent failover db --accept-loss --to NODE'");
        StringAssert.Contains(Explanations.Remembered(doubted, "old").Lines.Single().Text, "n2 saw it there up to epoch 2");
    }

    private static Explanations Told(Func<NodeId, string?> storeWithout) => new(
        new NodeSettings(Node, "boot", Timings.Compute(TimingChoice.Of(TimeSpan.FromSeconds(4))).Value) { StoreWithout = storeWithout },
        new ServiceMonitor(new HeldServices(null, "boot", new Dictionary<string, RunnableService>()), _ => null, _ => null, () => NodeState.Fresh, TimeProvider.System));
}
