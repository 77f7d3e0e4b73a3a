using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Core.Views;

[TestClass]
public sealed class StoreMemoryTests
{
    private static readonly NodeId N1 = new("n1");

    [TestMethod]
    public void A_store_that_only_goes_on_is_never_doubted_whatever_its_members_are()
    {
        var memory = StoreMemory.Empty.Saw(View(5, 2, "s")).Saw(View(5, 2, "s")).Saw(View(900, 3, "s")).Saw(View(901, 3)).Saw(View(902, 4, "s"));
        Assert.IsNull(memory.Doubt);
        Assert.AreEqual((new Epoch(4), 902L), (memory.Known["db"], memory.Revision));
        Assert.IsEmpty(memory.Beyond(View(902, 4).Record));
    }

    [TestMethod]
    public void What_was_renamed_or_taken_out_of_a_store_that_is_in_order_is_not_remembered()
    {
        var memory = StoreMemory.Empty.Saw(View(5, 2, "s")).Saw(ClusterView.Empty with { Revision = 6, Store = "s" });
        Assert.IsEmpty(memory.Beyond(ClusterRecord.Empty));
        Assert.IsNotEmpty(StoreMemory.Empty.Saw(View(5, 2, "s")).Saw(ClusterView.Empty with { Revision = 4, Store = "s" }).Known, "it may have been forgotten");
        Assert.IsNotEmpty(StoreMemory.Empty.Saw(View(5, 2, "s")).Saw(ClusterView.Empty with { Revision = 6, Store = "other" }).Known);
    }

    [TestMethod]
    public void A_store_that_is_behind_may_have_forgotten_an_epoch_that_nobody_here_knows()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2, "s")).Saw(View(700, 2, "s"));
        StringAssert.Contains(memory.Doubt, "it is at revision 700, and was at 900");
        Assert.AreEqual(new Epoch(3), memory.Beyond(View(700, 2).Record)["db"]);
    }

    [TestMethod]
    public void The_doubt_stays_when_the_store_has_caught_up_and_ends_when_the_service_was_taken_anew()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2, "s")).Saw(View(700, 2, "s")).Saw(View(5000, 2, "s"));
        Assert.IsNotNull(memory.Doubt);
        Assert.AreEqual(new Epoch(3), memory.Beyond(View(5000, 2).Record)["db"], "seen twice it does not grow");
        var after = memory.Saw(View(5001, 4, "s"));
        Assert.IsNull(after.Doubt);
        Assert.IsEmpty(after.Beyond(View(5001, 4).Record));
    }

    [TestMethod]
    public void Another_store_is_doubted_however_far_it_is_also_for_services_that_it_does_not_know()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2, "s")).Saw(ClusterView.Empty with { Revision = 4000, Store = "t" });
        StringAssert.Contains(memory.Doubt, "it is t, and was s");
        Assert.AreEqual(new Epoch(3), memory.Beyond(ClusterRecord.Empty)["db"]);
    }

    [TestMethod]
    public void A_service_is_taken_by_nobody_until_an_operator_accepts_it_and_then_in_an_epoch_that_there_never_was()
    {
        var view = View(700, 2) with { Offers = ClusterView.Empty.Offers.Add("n1", NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(7)) }) };
        var service = view.Record.Service("db")!;
        Assert.AreEqual(new Epoch(7), StoreAge.Newest(view, service));
        StringAssert.Contains(StoreAge.Objection(view, service), "older than what n1 saw of it: it knows epoch 2 of db, and there may have been epoch 7");
        Assert.IsNotNull(StoreAge.Objection(view, service with { LossAccepted = service.Epoch }), "that was accepted before the store forgot it");
        Assert.IsNull(StoreAge.Objection(view, StoreAge.Accept(view, service)));
    }

    [TestMethod]
    public void A_node_that_comes_late_does_not_doubt_what_an_operator_settled_beyond_all_that_it_knows()
    {
        var memory = StoreMemory.Empty.Saw(View(900, 2, "s"));
        var (settled, after) = (Settled(700, 4, "t"), memory.Saw(Settled(700, 4, "t")));
        Assert.IsNull(after.Doubt);
        Assert.IsEmpty(after.Beyond(settled.Record));
        Assert.AreSequenceEqual(["db"], memory.SettledIn(settled));
        Assert.IsNull(after.Saw(Settled(701, 4, "t")).Doubt);
    }

    [TestMethod]
    [DataRow(2L, 4L, "t", "t", false, DisplayName = "an epoch more than it knows is reckoned with, and is not given a second time")]
    [DataRow(3L, 4L, "t", "t", true, DisplayName = "the epoch in which it went on may have been given before")]
    [DataRow(4L, 4L, "t", "t", true, DisplayName = "it knows of that epoch")]
    [DataRow(9L, 4L, "t", "t", true, DisplayName = "it knows of later ones")]
    [DataRow(2L, 4L, "r", "t", true, DisplayName = "another restored store had forgotten that")]
    [DataRow(2L, 4L, null, "t", true, DisplayName = "nobody knows of which store that was said")]
    [DataRow(2L, 4L, "s", "s", true, DisplayName = "the store says that it is the same, and is behind: it was said before")]
    public void What_was_settled_is_doubted_again_by_who_knows_more(long known, long epoch, string? settledIn, string store, bool isDoubted)
    {
        var view = Settled(700, epoch, settledIn) with { Store = store };
        var memory = StoreMemory.Empty.Saw(View(900, known, "s")).Saw(view);
        Assert.AreEqual(isDoubted, memory.Doubt is not null);
        Assert.AreEqual(isDoubted, !memory.Beyond(view.Record).IsEmpty);
    }

    [TestMethod]
    public void That_a_service_went_on_to_later_epochs_since_settles_nothing_more()
    {
        var view = Settled(700, 4, "t");
        var later = view with { Record = view.Record.With(view.Record.Service("db")! with { Epoch = new Epoch(30) }) };
        Assert.IsNotNull(StoreMemory.Empty.Saw(View(900, 6, "s")).Saw(later).Doubt, "it knows of epochs that were given there a second time");
    }

    [TestMethod]
    public void What_was_not_settled_is_doubted_beside_what_was()
    {
        var view = Settled(700, 4, "t");
        view = view with { Record = view.Record.With(new ServiceRecord(new ServicePolicy("web", [N1])) { Epoch = new Epoch(9) }) };
        Assert.AreSequenceEqual(["web"], StoreMemory.Empty.Saw(View(900, 2, "s")).Saw(view).Beyond(view.Record).Keys);
    }

    [TestMethod]
    public void Who_knows_a_service_that_is_none_there_takes_nothing_for_settled()
    {
        var (memory, view) = (StoreMemory.Empty.Saw(With(View(900, 2, "s"), "old", 7)), Settled(700, 4, "t"));
        Assert.AreSequenceEqual(["db", "old"], memory.Saw(view).Beyond(view.Record).Keys, "it may be the same service under another name");
        Assert.IsEmpty(memory.SettledIn(view));

        var gone = view with { Record = view.Record with { Gone = view.Record.Gone.Add("old", new Epoch(8)) } };
        Assert.IsEmpty(memory.Saw(gone).Known.Remove("db"));
        Assert.IsNull(memory.Saw(gone).Doubt);
    }

    [TestMethod]
    public void The_doubt_about_a_service_that_is_no_more_ends_when_an_operator_says_so()
    {
        var doubted = StoreMemory.Empty.Saw(View(900, 6, "s")).Saw(ClusterView.Empty with { Revision = 700, Store = "t" });
        Assert.AreEqual(new Epoch(7), doubted.Beyond(ClusterRecord.Empty)["db"]);
        var after = doubted.Saw(Gone(7));
        Assert.IsNull(after.Doubt);
        Assert.IsEmpty(after.Known);
        Assert.IsNotNull(doubted.Saw(Gone(6)).Doubt, "it was said by who knew less");

        static ClusterView Gone(long epoch) => ClusterView.Empty with { Revision = 701, Store = "t", Record = ClusterRecord.Empty with { Gone = ClusterRecord.Empty.Gone.Add("db", new Epoch(epoch)) } };
    }

    private static ClusterView Settled(long revision, long epoch, string? store)
    {
        var view = View(revision, epoch, store);
        return view with { Record = view.Record.With(view.Record.Service("db")! with { Settled = new Settlement(new Epoch(epoch), store) }) };
    }

    private static ClusterView With(ClusterView view, string name, long epoch) =>
        view with { Record = view.Record.With(new ServiceRecord(new ServicePolicy(name, [N1])) { Epoch = new Epoch(epoch) }) };

    private static ClusterView View(long revision, long epoch, string? store = null) => ClusterView.Empty with
    {
        Revision = revision,
        Store = store,
        Record = ClusterRecord.Empty.With(new ServiceRecord(new ServicePolicy("db", [N1])) { Epoch = new Epoch(epoch) }),
    };
}
