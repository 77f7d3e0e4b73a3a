using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Placement;

[TestClass]
public sealed class PlacerTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    [TestMethod]
    public void Of_nodes_that_are_as_good_one_with_a_watchdog_comes_first_and_it_is_said_why()
    {
        var choice = Placer.Choose(View("n2", "n3"), Service());
        Assert.AreEqual(N2, choice.Node);
        StringAssert.Contains(choice.Reason, "n1: it has no attested watchdog");
    }

    [TestMethod]
    public void Where_no_node_has_a_watchdog_the_order_counts_and_nothing_is_said_of_it()
    {
        var choice = Placer.Choose(View(), Service());
        Assert.AreEqual(N1, choice.Node);
        Assert.DoesNotContain("watchdog", choice.Reason);
    }

    [TestMethod]
    public void A_node_without_a_watchdog_is_better_than_none() => Assert.AreEqual(N1, Placer.Choose(View("n2"), Service() with
    {
        FailedOn = Service().FailedOn.Add("n2", "it broke down").Add("n3", "it broke down"),
    }).Node);

    [TestMethod]
    public void An_operator_may_ask_for_a_node_without_a_watchdog() => Assert.AreEqual(N1, Placer.Choose(View("n2", "n3"), Service() with { Target = N1 }).Node);

    [TestMethod]
    public void A_move_by_itself_goes_to_a_node_with_a_watchdog() => Assert.AreEqual(N3, Placer.ChooseForMove(View("n2", "n3"), Service(), N2).Node);

    [TestMethod]
    public void Where_the_storage_refuses_an_old_writer_watchdogs_do_not_matter() =>
        Assert.AreEqual(N1, Placer.Choose(View("n2"), Service() with { Policy = new ServicePolicy("db", [N1, N2, N3]) { HasCopies = false, StorageExcludes = true } }).Node);

    [TestMethod]
    public void Newer_data_counts_more_than_a_watchdog()
    {
        var view = View("n2", "n3");
        view = view with
        {
            Offers = view.Offers
                .SetItem("n1", NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", new Offer(new Epoch(1), 9, TimeSpan.Zero)) })
                .SetItem("n2", NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", new Offer(new Epoch(1), 8, TimeSpan.Zero)) }),
        };
        var service = Service() with { Policy = new ServicePolicy("db", [N1, N2, N3]) { HasCopies = true, LossLimit = TimeSpan.FromMinutes(1) }, Epoch = new Epoch(1) };
        Assert.AreEqual(N1, Placer.Choose(view, service).Node);
    }

    [TestMethod]
    public void Whoever_must_be_apart_or_together_is_named()
    {
        var view = View("n1", "n2", "n3");
        view = view with { Record = view.Record.With(Running("a", N1)).With(Running("b", N2)) };
        var choice = Placer.Choose(view, Service() with { Policy = new ServicePolicy("db", [N1, N2, N3]) { HasCopies = false, Apart = ["a"], With = ["b"] } });
        Assert.AreEqual(N2, choice.Node);
        Assert.AreEqual("a is there, and must be apart", choice.Candidates[0].Objection);
        Assert.AreEqual("b is on n2, and must be together", choice.Candidates[2].Objection);
    }

    [TestMethod]
    public void Data_of_a_later_epoch_than_the_store_knows_is_taken_by_nobody_until_an_operator_accepts_the_loss()
    {
        // The record is a backup's: n1 wrote in epoch 2 and its own data looks like the newest, n2 wrote in epoch 4 since.
        var view = Offering(Offering(View("n1", "n2", "n3"), "n1", Offer.Head(new Epoch(2))), "n2", Offer.Head(new Epoch(4)));
        var service = new ServiceRecord(new ServicePolicy("db", [N1, N2, N3])) { Epoch = new Epoch(2), Last = N1, LastSince = new Epoch(2) };
        var choice = Placer.Choose(view, service);
        Assert.IsNull(choice.Node);
        StringAssert.Contains(choice.Reason, "there is data of epoch 4 on n2; was the store restored from a backup?");
        Assert.IsNull(Placer.ChooseForMove(view, service).Node, "a move would let go of what nobody takes");
        Assert.IsNull(Placer.Choose(view, service with { LossAccepted = new Epoch(2) }).Node, "that was accepted before the backup");
        var accepted = Placer.Choose(view, StoreAge.Accept(view, service));
        Assert.AreEqual((N2, Placer.Unknown), (accepted.Node, accepted.Loss));
    }

    [TestMethod]
    public void What_was_let_go_of_stays_where_it_was_if_nothing_else_decides()
    {
        var choice = Placer.Choose(View("n1", "n2", "n3"), Service() with { Last = N3 });
        Assert.AreEqual(N3, choice.Node);
        StringAssert.StartsWith(choice.Reason, "n3 had it last");
    }

    [TestMethod]
    public void What_goes_back_to_the_best_node_does_not_stay() =>
        Assert.AreEqual(N1, Placer.Choose(View("n1", "n2", "n3"), Service() with { Last = N3, Policy = Service().Policy with { FailsBack = true } }).Node);

    [TestMethod]
    public void Where_it_was_given_up_it_does_not_stay() =>
        Assert.AreEqual(N1, Placer.Choose(View("n1", "n2", "n3"), Service() with { Last = N3, FailedBefore = Service().FailedBefore.Add("n3", "it broke down") }).Node);

    [TestMethod]
    public void What_was_lost_does_not_wait_for_the_node_that_lost_it() =>
        Assert.AreEqual(N1, Placer.Choose(View("n1", "n2", "n3"), Running("db", N3) with { Policy = Service().Policy, Last = N3 }).Node);

    [TestMethod]
    public void A_watchdog_and_an_order_count_more_than_where_it_was()
    {
        Assert.AreEqual(N2, Placer.Choose(View("n2"), Service() with { Last = N3 }).Node);
        Assert.AreEqual(N2, Placer.Choose(View("n1", "n2", "n3"), Service() with { Last = N3, Target = N2 }).Node);
    }

    private static ClusterView Offering(ClusterView view, string node, Offer offer) =>
        view with { Offers = view.Offers.SetItem(node, NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", offer) }) };

    private static ServiceRecord Running(string name, NodeId node) => new(new ServicePolicy(name, [N1, N2, N3]))
    {
        Owner = new Tenure(node, Session(node), "boot", new Epoch(1), new Proof(ProofKind.FirstWriter, "nobody had it")), Phase = ServicePhase.Running,
    };

    private static ServiceRecord Service() => new(new ServicePolicy("db", [N1, N2, N3]) { HasCopies = false });

    private static long Session(NodeId node) => node.Value[1] - '0';

    private static ClusterView View(params string[] attested) => new[] { N1, N2, N3 }.Aggregate(ClusterView.Empty, (view, node) => view with
    {
        Record = view.Record.With(new MemberRecord(node, "boot", Session(node)) { IsAttested = attested.Contains(node.Value) }),
        Live = view.Live.SetItem(node.Value, Session(node)),
        Offers = view.Offers.SetItem(node.Value, NodeOffers.None),
    });
}
