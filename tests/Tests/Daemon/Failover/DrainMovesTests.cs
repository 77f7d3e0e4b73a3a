using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Desk;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class DrainMovesTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    [TestMethod]
    public void One_that_nobody_else_may_have_cannot_leave_and_it_is_said_why()
    {
        var view = View(Running("db", [N1, N2]));
        view = view with { Record = view.Record.With(view.Record.Member(N2)! with { IsDrained = true }) };
        Assert.AreEqual(new DrainMove("db", null, "it cannot leave n1: n2: it is drained"), Of(view).Single());
    }

    [TestMethod]
    public void One_that_follows_another_goes_after_it_whatever_their_names() =>
        Assert.AreEqual("a:n2 b:n2", Short(View(Running("a", [N1, N3, N2]) with { Policy = Policy("a", [N1, N3, N2]) with { With = ["b"] } }, Running("b", [N1, N2, N3]))));

    [TestMethod]
    public void One_that_must_be_apart_goes_elsewhere_than_the_one_before() =>
        Assert.AreEqual("a:n2 b:n3", Short(View(Running("a", [N1, N2, N3]), Running("b", [N1, N2, N3]) with { Policy = Policy("b", [N1, N2, N3]) with { Apart = ["a"] } })));

    [TestMethod]
    public void What_spreads_counts_what_went_there_before() =>
        Assert.AreEqual("a:n2 b:n3", Short(View(Running("a", [N1, N2, N3]), Running("b", [N1, N2, N3]) with { Policy = Policy("b", [N1, N2, N3]) with { Spreads = true } })));

    [TestMethod]
    public void What_is_ignored_stays()
    {
        var move = Of(View(Running("db", [N1, N2]) with { Wanted = WantedState.Unmanaged })).Single();
        Assert.IsNull(move.To);
        StringAssert.StartsWith(move.Text, "it is ignored");
    }

    [TestMethod]
    public void A_node_without_a_whole_copy_is_told()
    {
        var move = Of(View(Running("db", [N1, N2]) with { Policy = new ServicePolicy("db", [N1, N2]) })).Single();
        Assert.AreEqual(N2, move.To);
        StringAssert.Contains(move.Text, "it holds no whole copy yet");
    }

    [TestMethod]
    public void What_a_lost_node_had_is_taken_over_and_not_moved()
    {
        var view = View(Running("db", [N1, N2]));
        StringAssert.Contains(Of(view with { Live = view.Live.Remove("n1") }).Single().Text, "nodeagent what-if node-down n1");
    }

    private static IReadOnlyList<DrainMove> Of(ClusterView view) => DrainMoves.Of(view, view.Record.Member(N1)!);

    private static string Short(ClusterView view) => string.Join(' ', Of(view).Select(move => $"{move.Name}:{move.To?.Value ?? move.Text}"));

    private static ServicePolicy Policy(string name, NodeId[] nodes) => new(name, [.. nodes]) { HasCopies = false };

    private static ServiceRecord Running(string name, NodeId[] nodes) => new(Policy(name, nodes))
    {
        Owner = new Tenure(N1, 1, "boot", new Epoch(1), new Proof(ProofKind.FirstWriter, "nobody had it")), Epoch = new Epoch(1), Phase = ServicePhase.Running,
    };

    private static ClusterView View(params ServiceRecord[] services)
    {
        var view = new[] { N1, N2, N3 }.Aggregate(ClusterView.Empty, (view, node) => view with
        {
            Record = view.Record.With(new MemberRecord(node, "boot", node.Value[1] - '0') { IsAttested = true }),
            Live = view.Live.SetItem(node.Value, node.Value[1] - '0'),
            Offers = view.Offers.SetItem(node.Value, NodeOffers.None),
        });
        return view with { Record = services.Aggregate(view.Record, (record, service) => record.With(service)) };
    }
}
