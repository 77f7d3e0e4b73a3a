using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;
using NodeAgent.Tests.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Status.Reserves;

/// <summary>Whether the others could carry the loss of a node: computed of what nodes tell, and unknown while one does not.</summary>
[TestClass]
public sealed class NodeReserveTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 8, 0, 0, TimeSpan.Zero);
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    [TestMethod]
    public void The_largest_is_lost_and_all_use_is_compared_with_what_the_others_have()
    {
        var lines = NodeReserve.Of([(N1, Load(32, 16, 8, 2)), (N2, Load(64, 24, 8, 4)), (N3, Load(32, 8, 16, 2))]);

        Assert.AreSequenceEqual(
            new[] { new ReserveLine("memory", "n2", 0.75, null), new ReserveLine("processors", "n3", 0.5, null) }, lines);
        CollectionAssert.AreEqual(
            new[] { "If n2 is lost: memory 75 % of what is left", "If n3 is lost: processors 50 % of what is left" }, NodeReserve.Describe(lines).ToArray());
    }

    [TestMethod]
    public void Of_three_equal_nodes_a_third_has_to_be_free()
    {
        IReadOnlyList<ReserveLine> Of(long used) => NodeReserve.Of([(N1, Load(30, used, 8, 2)), (N2, Load(30, used, 8, 2)), (N3, Load(30, used, 8, 2))]);

        Assert.AreEqual(1d, Of(20)[0].Used, "two thirds fill the other two");
        Assert.IsNull(StatusProblems.OfReserve(Of(20)[0]));
        var problem = StatusProblems.OfReserve(Of(21)[0])!;
        Assert.AreEqual(HealthLevel.Degraded, problem.Level);
        Assert.AreEqual("what is used now would not fit on the others if n1 is lost: 105 % of their memory", problem.Text);
        Assert.AreEqual("101 %", ReserveLine.Percent(1.0001), "what does not fit is never told as 100 %");
    }

    [TestMethod]
    public void A_node_that_does_not_tell_makes_it_unknown_and_never_enough()
    {
        var lines = NodeReserve.Of([(N1, Load(32, 1, 8, 1)), (N2, Load(32, 1, 8, 1)), (N3, null)]);

        Assert.IsTrue(lines.All(line => line.Used is null && line.Unknown == "n3 does not tell what is used there"));
        Assert.AreEqual("If a node is lost: memory and processors unknown, n3 does not tell what is used there", NodeReserve.Describe(lines).Single());
        Assert.IsTrue(lines.All(line => StatusProblems.OfReserve(line) is null));
        var young = NodeReserve.Of([(N1, Load(32, 1, 8, 1)), (N2, Load(32, 1, 8, null))]);
        Assert.AreEqual((2 / 32d, null), (young[0].Used, young[1].Used), "processors are known after a minute");
        Assert.AreEqual("n2 has not measured for long enough", young[1].Unknown);
    }

    [TestMethod]
    public void Nodes_on_one_machine_are_lost_together_and_count_once()
    {
        var one = Load(32, 16, 8, 2);
        Assert.IsEmpty(NodeReserve.Of([(N1, one), (N2, one), (N3, one)]), "there is no other machine");
        Assert.IsEmpty(NodeReserve.Of([(N1, one)]));
        Assert.AreEqual(new ReserveLine("memory", "n1 and n2", 1.5, null), NodeReserve.Of([(N1, one), (N2, one), (N3, Load(16, 8, 8, 2))])[0]);
        var unnamed = one with { Machine = null };
        Assert.AreEqual(1d, NodeReserve.Of([(N1, unnamed), (N2, unnamed)])[0].Used, "without a name each is its own");
    }

    [TestMethod]
    public void The_loss_of_a_named_node_is_computed_too()
    {
        (NodeId, NodeLoad?)[] nodes = [(N1, Load(32, 16, 8, 2)), (N2, Load(64, 24, 8, 4)), (N3, Load(32, 8, 16, 2))];
        Assert.AreEqual(new ReserveLine("memory", "n1", 0.5, null), NodeReserve.Of(nodes, N1)[0]);
        Assert.IsEmpty(NodeReserve.Of(nodes, new NodeId("n9")));
    }

    [TestMethod]
    [DataRow(0, 20d, true)]
    [DataRow(40, 20d, true)]
    [DataRow(41, 20d, false, DisplayName = "measured and told too long ago")]
    [DataRow(0, 61d, false, DisplayName = "told just now, and measured long ago")]
    [DataRow(-5, 1d, false, DisplayName = "the wall clock was set back: nobody knows how old it is")]
    public void What_is_old_counts_for_nothing(int secondsAgo, double age, bool counts)
    {
        var load = Load(32, 16, 8, 2) with { AgeSeconds = age };
        Assert.AreEqual(counts, NodeReserve.Heard(Peer(load, Now.AddSeconds(-secondsAgo)), Now) is not null);
        Assert.IsNull(NodeReserve.Heard(Peer(load, Now.AddSeconds(-secondsAgo)) with { Reachable = Answer.Unknown }, Now), "a node that is not heard");
        Assert.IsNull(NodeReserve.Heard(Peer(null, Now), Now), "an agent of before tells nothing");
        Assert.AreEqual(age <= 60, NodeReserve.Own(load) is not null);
    }

    [TestMethod]
    public void A_status_has_it_of_what_peers_told_and_warns_when_it_is_used_up()
    {
        var self = new NodeReport(N1, "1", Now, null, [], [], 0) { Load = Load(32, 30, 8, 2) };
        var full = StatusMerge.Merge("c", self, [Peer(Load(32, 10, 8, 2), Now)], [], Now);
        Assert.AreEqual(new ReserveLine("memory", "n1", 1.25, null), full.Reserve[0]);
        Assert.AreEqual((HealthLevel.Degraded, 1), (full.Verdict, full.Problems.Count));
        var unknown = StatusMerge.Merge("c", self, [Peer(null, Now)], [], Now);
        Assert.AreEqual((HealthLevel.Ok, 2), (unknown.Verdict, unknown.Reserve.Count(line => line.Used is null)));
    }

    [TestMethod]
    public void The_metric_is_absent_while_it_is_unknown()
    {
        var metrics = MetricsFixture.NewAgentMetrics();
        var source = new ReserveSource(() => [new ReserveLine("memory", "n2", 0.75, null), new ReserveLine("processors", "n2", null, "n3 does not tell")]);

        source.Collect(metrics);

        var text = metrics.Write(ExpositionFormat.Text);
        StringAssert.Contains(text, "nodeagent_node_loss_use_ratio{resource=\"memory\"} 0.75");
        Assert.DoesNotContain("resource=\"processors\"", text);
    }

    private static PeerView Peer(NodeLoad? load, DateTimeOffset at) =>
        new(N2, Answer.Yes, at, [], new NodeReport(N2, "1", at, null, [], [], 0) { Load = load }) { ReportAt = at };

    private static NodeLoad Load(long gibibytes, long used, int processors, double? busy) => new($"{gibibytes}/{used}/{Guid.NewGuid()}", gibibytes << 30, used << 30, processors, busy, 2);
}
