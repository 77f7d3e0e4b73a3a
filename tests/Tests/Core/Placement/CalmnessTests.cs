using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Placement;

[TestClass]
public sealed class CalmnessTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");

    [TestMethod]
    [DataRow(ServicePhase.Running, true)]
    [DataRow(ServicePhase.Error, true)]
    [DataRow(ServicePhase.Placing, false)]
    [DataRow(ServicePhase.Starting, false)]
    [DataRow(ServicePhase.Stopping, false)]
    public void What_a_node_is_busy_with_is_on_its_way(ServicePhase phase, bool isCalm) =>
        Assert.AreEqual(isCalm, Calmness.IsCalm(View(Owned("a", N1), Owned("b", N2) with { Phase = phase })));

    [TestMethod]
    [DataRow("n2", WantedState.Running, false, DisplayName = "between two nodes")]
    [DataRow("n3", WantedState.Running, true, DisplayName = "kept for a node that is not here")]
    [DataRow("n2", WantedState.Stopped, true, DisplayName = "stopped by an operator")]
    public void What_a_node_let_go_of_is_on_its_way_to_one_that_is_here(string kept, WantedState wanted, bool isCalm) =>
        Assert.AreEqual(isCalm, Calmness.IsCalm(View(Owned("a", N1), Owned("b", N2) with { Owner = null, KeptFor = new NodeId(kept), Wanted = wanted })));

    [TestMethod]
    public void What_must_be_together_and_is_not_will_follow()
    {
        var follower = Owned("b", N2) with { Policy = new ServicePolicy("b", [N1, N2]) { With = ["a"] } };
        Assert.IsFalse(Calmness.IsCalm(View(Owned("a", N1), follower)));
        Assert.IsTrue(Calmness.IsCalm(View(Owned("a", N2), follower)));
    }

    private static ServiceRecord Owned(string name, NodeId node) => new(new ServicePolicy(name, [N1, N2]))
    {
        Owner = new Tenure(node, node == N1 ? 1 : 2, "boot", new Epoch(1), new Proof(ProofKind.FirstWriter, "nobody had it")), Wanted = WantedState.Running, Phase = ServicePhase.Running,
    };

    private static ClusterView View(params ServiceRecord[] services) => ClusterView.Empty with
    {
        Record = services.Aggregate(ClusterRecord.Empty, (record, service) => record.With(service)),
        Live = ClusterView.Empty.Live.SetItem("n1", 1).SetItem("n2", 2),
    };
}
