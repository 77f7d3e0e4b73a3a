using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Core.Wishes;

[TestClass]
public sealed class WishRulesTests
{
    private static readonly NodeId A = new("a");
    private static readonly NodeId B = new("b");

    [TestMethod]
    public void Whoever_is_being_fenced_cannot_join_unless_it_has_booted_since()
    {
        var view = BeingFenced();
        Assert.IsTrue(view.IsToBeCut(A, 1));
        Assert.IsNull(WishRules.Apply(view, new Wish.Join("boot-1", IsAttested: true, After: 1, Run: 2), A, 3, 2), "its power could go at any moment");
        var record = WishRules.Apply(view, new Wish.Join("boot-2", IsAttested: true, After: 1, Run: 2), A, 3, 2);
        Assert.AreEqual((3L, "boot-2", null), (record!.Member(A)!.Session, record.Member(A)!.BootId, record.Member(A)!.Fence));
    }

    [TestMethod]
    [DataRow("boot-1", true, true, DisplayName = "the agent was restarted in the same boot")]
    [DataRow("boot-2", false, true, DisplayName = "a machine that booted, and was not heard meanwhile")]
    [DataRow("boot-2", true, false, DisplayName = "a clone of a machine that is heard")]
    public void A_machine_with_another_boot_id_cannot_join_while_somebody_is_heard_under_its_name(string bootId, bool isHeard, bool joins)
    {
        var view = ClusterView.Empty with
        {
            Record = ClusterRecord.Empty.With(new MemberRecord(A, "boot-1", 1) { Run = 1 }),
            Live = ClusterView.Empty.Live.SetItem(A.Value, 1),
            Present = isHeard ? ClusterView.Empty.Present.Add(A.Value) : ClusterView.Empty.Present,
        };
        Assert.AreEqual(joins, WishRules.Apply(view, new Wish.Join(bootId, IsAttested: true, After: 1, Run: 2), A, 3, 2) is not null);
    }

    [TestMethod]
    public void The_end_of_a_fencing_says_nothing_about_a_stay_that_began_since()
    {
        var view = BeingFenced();
        var joined = view with
        {
            Record = WishRules.Apply(view, new Wish.Join("boot-2", IsAttested: true, After: 1, Run: 2), A, 3, 2)!,
            Live = view.Live.SetItem(A.Value, 3),
        };
        Assert.IsFalse(joined.IsToBeCut(A, 1));
        Assert.IsNull(WishRules.Apply(joined, new Wish.EndFence(A, 1, new Proof(ProofKind.PowerOff, "off")), B, 2, 1));
    }

    [TestMethod]
    public void Who_is_leaving_takes_no_service()
    {
        var record = ClusterRecord.Empty
            .With(new MemberRecord(A, "boot-1", 1) { Run = 1 })
            .With(new MemberRecord(B, "boot-1", 2) { Run = 1 })
            .With(new ServiceRecord(new ServicePolicy("db", [A, B]) { HasCopies = false }));
        var view = ClusterView.Empty with { Record = record, Live = ClusterView.Empty.Live.SetItem(A.Value, 1).SetItem(B.Value, 2) };
        var left = view with { Record = WishRules.Apply(view, new Wish.Leave(), A, 1, 1)! };
        var take = new Wish.Take("db", default, TimeSpan.Zero);
        Assert.AreEqual(A, WishRules.Apply(view, take, A, 1, 1)!.Service("db")!.Owner!.Node);
        Assert.IsNull(WishRules.Apply(left, take, A, 1, 1), "it would be taken to a node that goes down");
        Assert.AreEqual(B, WishRules.Apply(left, take, B, 2, 1)!.Service("db")!.Owner!.Node);
    }

    [TestMethod]
    [DataRow(Orders.Move, 0L, true, true, DisplayName = "nobody had its data yet: moved, it begins where that is")]
    [DataRow(Orders.Start, 0L, true, true, DisplayName = "nobody had its data yet: started, it begins where that is")]
    [DataRow(Orders.Move, 1L, true, false, DisplayName = "its copies are weighed")]
    [DataRow(Orders.Start, 0L, false, false, DisplayName = "it has no copies")]
    public void An_order_lifts_no_reservation_of_data_that_nobody_else_has(Orders what, long epoch, bool hasCopies, bool stays)
    {
        var service = new ServiceRecord(new ServicePolicy("db", [A, B]) { HasCopies = hasCopies }) { Epoch = new Epoch(epoch), KeptFor = A, IsKeptFirmly = true };
        var view = ClusterView.Empty with { Record = ClusterRecord.Empty.With(service) };
        var ordered = WishRules.Apply(view, new Wish.Order(what, "db", "asked", B), B, 2, 1)!.Service("db")!;
        Assert.AreEqual(stays ? A : null, ordered.KeptFor);
    }

    [TestMethod]
    public void A_store_that_has_forgotten_epochs_gives_none_of_them_again()
    {
        var service = new ServiceRecord(new ServicePolicy("db", [A, B])) { Epoch = new Epoch(2), Last = A, LastSince = new Epoch(2) };
        var view = Restored(record => record.With(service));
        var take = new Wish.Take("db", new Epoch(2), TimeSpan.Zero);
        Assert.IsNull(WishRules.Apply(view, take, A, 1, 1), "nobody takes it by itself");
        Assert.IsNull(WishRules.Apply(view with { Record = view.Record.With(service with { LossAccepted = new Epoch(2) }) }, take, A, 1, 1), "that was accepted before the backup");
        var accepted = view with { Record = WishRules.Apply(view, new Wish.Order(Orders.AcceptLoss, "db", "asked"), A, 1, 1)! };
        var late = accepted with { Offers = accepted.Offers.SetItem(B.Value, NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(9)) }) };
        Assert.IsNull(WishRules.Apply(late, take, A, 1, 1), "what nobody knew of was not accepted");
        var taken = WishRules.Apply(accepted, take, A, 1, 1)!.Service("db")!;
        var later = StoreAge.After(new Epoch(5));
        Assert.IsGreaterThan(new Epoch(6), later, "a node that is away may have seen more than those that are here");
        Assert.AreEqual((later, later, later), (taken.Epoch, taken.Owner!.Epoch, taken.LastSince));
        Assert.AreEqual(Epoch.None, taken.LossAccepted, "it is said of this takeover only");
    }

    [TestMethod]
    public void While_takeovers_are_disarmed_only_the_node_that_had_a_service_takes_it()
    {
        var had = new Tenure(A, 1, "boot-1", new Epoch(2), new Proof(ProofKind.FirstWriter, "first"));
        var record = ClusterRecord.Empty
            .With(new MemberRecord(A, "boot-1", 3) { Run = 1 })
            .With(new MemberRecord(B, "boot-1", 2) { Run = 1 })
            .With(new ServiceRecord(new ServicePolicy("db", [A, B]) { HasCopies = false }) { Epoch = new Epoch(2), Owner = had, Last = A });
        var disarmed = ClusterView.Empty with
        {
            Record = record with { Arm = new ArmRecord(false, 1, "work on the network") },
            Live = ClusterView.Empty.Live.SetItem(A.Value, 3).SetItem(B.Value, 2),
        };
        var take = new Wish.Take("db", new Epoch(2), TimeSpan.Zero);
        Assert.IsNotNull(WishRules.Apply(disarmed, take, A, 3, 1), "it joined anew, with nothing running");
        Assert.IsNull(WishRules.Apply(disarmed, take, B, 2, 1));
        Assert.IsNotNull(WishRules.Apply(disarmed with { Record = disarmed.Record with { Arm = ArmRecord.Armed } }, take, B, 2, 1), "armed it could");
    }

    [TestMethod]
    public void What_a_restored_store_says_that_nobody_ever_had_is_taken_once_an_operator_accepts_it_and_only_with_data()
    {
        var view = Restored(record => record.With(new ServiceRecord(new ServicePolicy("db", [A, B])) { KeptFor = A, IsKeptFirmly = true }));
        var take = new Wish.Take("db", Epoch.None, TimeSpan.Zero);
        Assert.IsNull(WishRules.Apply(view, take, A, 1, 1), "nobody takes it by itself");
        var accepted = view with { Record = WishRules.Apply(view, new Wish.Order(Orders.AcceptLoss, "db", "asked"), A, 1, 1)! };
        Assert.AreEqual((StoreAge.After(new Epoch(5)), true), (WishRules.Apply(accepted, take, A, 1, 1)!.Service("db")!.Epoch, StoreAge.IsAccepted(accepted, accepted.Record.Service("db")!)));
        Assert.IsNull(accepted.Record.Service("db")!.KeptFor, "the newest data may be elsewhere");
        var later = accepted with { Offers = accepted.Offers.SetItem(B.Value, NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(9)) }) };
        Assert.IsNull(WishRules.Apply(later, take, A, 1, 1), "what nobody knew of was not accepted");
    }

    [TestMethod]
    [DataRow(3L, false, DisplayName = "another node holds later data: it is no writer any more")]
    [DataRow(5L, true, DisplayName = "its own data is the newest")]
    public void Who_makes_a_service_known_to_a_store_that_was_founded_anew_has_it_only_with_the_newest_data(long start, bool owns)
    {
        var (define, view) = (new Wish.Define(new ServicePolicy("db", [A, B]), new Epoch(start)), Restored(record => record));
        Assert.IsNull(WishRules.Apply(view, define, A, 1, 1), "what A remembers of a store before is not known yet");
        var known = WishRules.Apply(view with { Offers = view.Offers.Add(A.Value, NodeOffers.None) }, define, A, 1, 1)!.Service("db")!;
        Assert.AreEqual((owns, new Epoch(start)), (known.Owner is not null, known.Epoch));
    }

    [TestMethod]
    public void A_writer_that_remembers_a_later_epoch_than_its_own_data_has_the_service_no_more_in_a_store_that_was_founded_anew()
    {
        var view = Restored(record => record);
        view = view with { Offers = view.Offers.SetItem(A.Value, NodeOffers.None with { Known = NodeOffers.None.Known.Add("db", new Epoch(8)) }) };
        var known = WishRules.Apply(view, new Wish.Define(new ServicePolicy("db", [A, B]), new Epoch(7)), A, 1, 1)!.Service("db")!;
        Assert.AreEqual((null, new Epoch(7)), (known.Owner, known.Epoch));
    }

    // B holds data of epoch 5.
    private static ClusterView Restored(Func<ClusterRecord, ClusterRecord> change) => ClusterView.Empty with
    {
        Record = change(ClusterRecord.Empty.With(new MemberRecord(A, "boot-1", 1) { Run = 1 }).With(new MemberRecord(B, "boot-1", 2) { Run = 1 })),
        Live = ClusterView.Empty.Live.SetItem(A.Value, 1).SetItem(B.Value, 2),
        Offers = ClusterView.Empty.Offers.Add(B.Value, NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", Offer.Head(new Epoch(5))) }),
    };

    // A is silent after its first stay, and B has begun to cut its power.
    private static ClusterView BeingFenced()
    {
        var record = ClusterRecord.Empty
            .With(new MemberRecord(A, "boot-1", 1) { Run = 1 })
            .With(new MemberRecord(B, "boot-1", 2) { Run = 1 });
        var view = ClusterView.Empty with { Record = record, Live = ClusterView.Empty.Live.SetItem(B.Value, 2) };
        return view with { Record = WishRules.Apply(view, new Wish.BeginFence(A, 1), B, 2, 1)! };
    }
}
