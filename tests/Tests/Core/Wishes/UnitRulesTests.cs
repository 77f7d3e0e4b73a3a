using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Core.Wishes;

/// <summary>Nodes whose configurations differ: a unit is in one service, whatever each calls it.</summary>
[TestClass]
public sealed class UnitRulesTests
{
    private static readonly NodeId A = new("a");
    private static readonly NodeId B = new("b");
    private static readonly UnitId Unit = new(new BackendId("zfs"), "db");
    private static readonly UnitId Other = new(new BackendId("zfs"), "log");

    [TestMethod]
    public void A_service_that_another_has_under_another_name_is_not_made_known_a_second_time() =>
        Assert.IsNull(Define(Held(), "pg", B, 2, Unit), "both would open the unit");

    [TestMethod]
    public void Units_that_belong_to_another_service_are_not_added_to_one_that_a_node_has()
    {
        var view = Held();
        var two = view with { Record = Define(view, "web", B, 2, Other)! };
        Assert.IsNull(Define(two, "web", B, 2, Other, Unit));
        Assert.AreEqual("web", two.Record.Units[Other.ToString()].Service);
    }

    [TestMethod]
    public void A_service_that_is_let_go_of_goes_on_under_its_new_name_with_all_that_is_known_of_its_writers()
    {
        var released = Released(Held());
        var renamed = Define(released, "pg", B, 2, Unit)!;
        Assert.IsNull(renamed.Service("db"));
        var (before, after) = (released.Record.Service("db")!, renamed.Service("pg")!);
        Assert.AreEqual((before.Epoch, before.Last, before.LastSince, before.Handed), (after.Epoch, after.Last, after.LastSince, after.Handed));
        Assert.IsNull(after.Owner, "who gets it is decided as ever");
        Assert.AreEqual("pg", renamed.Units[Unit.ToString()].Service);
    }

    [TestMethod]
    public void A_service_is_not_renamed_while_a_node_has_it_configured_under_its_old_name()
    {
        var released = Released(Held());
        var offered = released with { Offers = released.Offers.SetItem(A.Value, NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("db", Offer.Head(new Epoch(4))) }) };
        Assert.IsNull(Define(offered, "pg", B, 2, Unit));
        Assert.IsNull(Forget(offered), "that node would make it known again");
        Assert.IsNotNull(Define(released, "pg", B, 2, Unit));
    }

    [TestMethod]
    public void A_service_with_other_units_than_the_one_before_is_no_new_name_of_it()
    {
        var released = Released(Held());
        Assert.IsNull(Define(released, "pg", B, 2, Unit, Other));
        var both = released with { Record = released.Record with { Units = released.Record.Units.Add(Other.ToString(), new UnitPlace("db", new Epoch(4))) } };
        Assert.IsNull(Define(both, "pg", B, 2, Unit));
    }

    [TestMethod]
    public void What_a_restored_store_may_have_forgotten_of_a_service_goes_with_it_to_its_new_name()
    {
        var remembered = Remembered(Released(Held()), "db", 6);
        var renamed = remembered with { Record = Define(remembered, "pg", B, 2, Unit)! };
        var service = renamed.Record.Service("pg")!;
        Assert.AreEqual((new Epoch(4), new Epoch(6)), (service.Epoch, service.Reckoned));
        Assert.IsNull(Take(renamed, "pg"), "what nodes remember of db says nothing of pg: it comes with the name");
        StringAssert.Contains(StoreAge.Objection(renamed, service), "it knows epoch 4 of pg, and there may have been epoch 6");
        Assert.AreEqual(new Epoch(1007), renamed.Record.Gone["db"], "what is remembered of db is doubted by nobody any more");

        var accepted = renamed with { Record = WishRules.Apply(renamed, new Wish.Order(Orders.AcceptLoss, "pg", "asked"), B, 2, 1)! };
        var taken = Take(accepted, "pg")!.Service("pg")!;
        Assert.AreEqual((new Epoch(1007), new Settlement(new Epoch(1007), "t"), Epoch.None), (taken.Epoch, taken.Settled, taken.Reckoned));
    }

    [TestMethod]
    public void A_service_that_a_restored_store_knows_and_that_is_no_more_is_forgotten_and_its_units_are_nobodys()
    {
        var remembered = Remembered(Released(Held()), "db", 6);
        var forgotten = remembered with { Record = Forget(remembered)! };
        Assert.IsEmpty(forgotten.Record.Services);
        Assert.AreEqual(new Epoch(1007), forgotten.Record.Gone["db"]);
        Assert.AreEqual(new UnitPlace(null, new Epoch(1007)), forgotten.Record.Units[Unit.ToString()]);
        Assert.IsNull(Define(forgotten, "pg", A, 1, 4, new UnitClaim(Unit, new Epoch(4))), "it wrote it last as far as the store knows; another may have since");
        Assert.IsNull(Forget(Remembered(Held(), "db", 6)), "a node has it");
    }

    [TestMethod]
    public void A_service_that_only_nodes_remember_is_forgotten_and_goes_on_after_that_if_it_is_made_again()
    {
        var view = Held();
        Assert.IsNull(Forget(view, "old"), "nobody knows it");
        var remembered = Remembered(view, "old", 9);
        Assert.IsTrue(UnitRules.IsForgettable(remembered, "old"));
        var offered = remembered with { Offers = remembered.Offers.SetItem(A.Value, NodeOffers.None with { OfService = NodeOffers.None.OfService.Add("old", Offer.Head(new Epoch(2))) }) };
        Assert.IsNull(Forget(offered, "old"), "a node has it configured: it would make it known");

        var gone = view with { Record = Forget(remembered, "old")! };
        Assert.AreEqual(new Epoch(1010), gone.Record.Gone["old"], "a node that comes late may know more");
        Assert.IsFalse(UnitRules.IsForgettable(remembered with { Record = gone.Record }, "old"));
        Assert.IsTrue(UnitRules.IsForgettable(Remembered(gone, "old", 1011), "old"), "but not that much");
        Assert.AreEqual(new Epoch(1011), Define(gone, "old", B, 2, Other)!.Service("old")!.Epoch, "what was remembered of it before is not taken for it");

        Assert.IsFalse(UnitRules.IsForgettable(gone, Unit.ToString()), "the store knows whose it is");
        Assert.IsTrue(Forget(gone, Other.ToString())!.Gone.ContainsKey(Other.ToString()), "nodes may know it as a unit of what is gone");
        Assert.IsFalse(UnitRules.IsForgettable(view, Other.ToString()), "nothing is gone");
    }

    [TestMethod]
    public void That_a_unit_is_gone_is_said_as_often_as_it_has_to_be_and_counted()
    {
        var forgotten = Released(Held());
        forgotten = forgotten with { Record = Forget(forgotten)! };
        var once = forgotten with { Record = Forget(forgotten, Unit.ToString())! };
        Assert.IsFalse(once.Record.Units.ContainsKey(Unit.ToString()));
        Assert.AreEqual(new Epoch(1), once.Record.Gone[Unit.ToString()], "nodes that remember more than the store hear it");
        Assert.AreEqual(new Epoch(2), Forget(once, Unit.ToString())!.Gone[Unit.ToString()], "a restored store may have said it before");
        Assert.IsNull(Forget(Held(), Unit.ToString()), "it is a service's");
    }

    [TestMethod]
    public void A_name_that_was_gone_once_stays_behind_its_epochs_when_its_service_is_forgotten_again()
    {
        var view = Held();
        var released = Released(view with { Record = view.Record with { Gone = view.Record.Gone.Add("db", new Epoch(2)) } });
        Assert.AreEqual(new Epoch(4), Forget(released)!.Gone["db"]);
        Assert.IsEmpty(Forget(Released(view))!.Gone, "a store in order needs no such word");
    }

    [TestMethod]
    public void Only_what_the_store_had_forgotten_is_settled_by_a_takeover()
    {
        var released = Released(Held());
        Assert.IsNull(Take(released, "db")!.Service("db")!.Settled);
        var settled = released with { Record = released.Record.With(released.Record.Service("db")! with { Settled = new Settlement(new Epoch(2), "t") }) };
        Assert.AreEqual(new Settlement(new Epoch(2), "t"), Take(settled, "db")!.Service("db")!.Settled, "it stays as it was said");
    }

    [TestMethod]
    public void What_a_restored_store_takes_for_free_may_have_been_in_a_service_since_and_is_nobodys_when_it_goes_on()
    {
        var view = Remembered(Released(Held()), "db", 6);
        view = view with { Record = view.Record with { Units = view.Record.Units.Add(Other.ToString(), new UnitPlace(null, new Epoch(3))) } };
        var accepted = view with { Record = WishRules.Apply(view, new Wish.Order(Orders.AcceptLoss, "db", "asked"), B, 2, 1)! };
        Assert.AreEqual(new UnitPlace(null, new Epoch(1007)), Take(accepted, "db")!.Units[Other.ToString()]);
        Assert.AreEqual(new UnitPlace(null, new Epoch(1007)), Forget(view)!.Units[Other.ToString()]);
        Assert.AreEqual(new UnitPlace(null, new Epoch(1007)), Define(view, "pg", B, 2, Unit)!.Units[Other.ToString()]);
        var known = view with { Offers = Released(Held()).Offers };
        Assert.AreEqual(new UnitPlace(null, new Epoch(3)), Take(known, "db")!.Units[Other.ToString()], "in a store that has forgotten nothing it is free");
    }

    [TestMethod]
    public void A_unit_that_was_not_opened_since_what_a_restored_store_had_forgotten_was_accepted_is_nobodys_when_it_leaves_its_service()
    {
        var view = Released(Held());
        view = view with { Record = view.Record.With(view.Record.Service("db")! with { Epoch = new Epoch(1007), Settled = new Settlement(new Epoch(1007), "t") }) };
        Assert.AreEqual(new UnitPlace(null, new Epoch(1007)), Forget(view)!.Units[Unit.ToString()]);
    }

    [TestMethod]
    public void A_service_that_is_made_known_while_nodes_remember_one_that_the_store_does_not_know_may_be_that_one()
    {
        var view = Remembered(Held(), "old", 9);
        var made = Define(view, "new", B, 2, Other)!.Service("new")!;
        Assert.AreEqual((null, new Epoch(9)), (made.Owner, made.Reckoned), "its unit may have been written there by another");
        Assert.IsNotNull(Define(view, "new", B, 2, 10, new UnitClaim(Other, new Epoch(10)))!.Service("new")!.Owner, "nobody wrote it later");
        Assert.AreEqual((null, new Epoch(10)), (Define(view, "new", B, 2, 9, new UnitClaim(Other, new Epoch(9)))!.Service("new")!.Owner, Define(view, "new", B, 2, 9, new UnitClaim(Other, new Epoch(9)))!.Service("new")!.Reckoned), "an epoch more than anybody knows");
        Assert.AreEqual((null, new Epoch(13)), (Define(view, "old", B, 2, 12, new UnitClaim(Other, new Epoch(12)))!.Service("old")!.Owner, Define(view, "old", B, 2, 12, new UnitClaim(Other, new Epoch(12)))!.Service("old")!.Reckoned), "nobody saw its own");
        Assert.IsNotNull(Define(view, "new", B, 2, 0)!.Service("new")!.Owner, "it has no data");
        Assert.IsNotNull(Define(view with { Record = Forget(view, "old")! }, "new", B, 2, Other)!.Service("new")!.Owner);
    }

    [TestMethod]
    public void A_rename_carries_no_failures_along()
    {
        var released = Released(Held());
        var failed = released.Record.Service("db")! with { FailedOn = released.Record.Service("db")!.FailedOn.Add("a", "not in the configuration"), Failures = 4 };
        var renamed = Define(released with { Record = released.Record.With(failed) }, "pg", B, 2, Unit)!.Service("pg")!;
        Assert.IsTrue(renamed is { Failures: 0, FailedOn.IsEmpty: true }, "that nodes let go of the old name is no failure of the new one");
    }

    [TestMethod]
    public void What_was_in_a_service_that_is_forgotten_is_made_known_again_only_by_who_wrote_it_last()
    {
        Assert.IsNull(Forget(Held()), "a node has it");
        var forgotten = Released(Held());
        forgotten = forgotten with { Record = Forget(forgotten)! };
        Assert.IsEmpty(forgotten.Record.Services);
        Assert.AreEqual(new UnitPlace(null, new Epoch(4)), forgotten.Record.Units[Unit.ToString()]);
        Assert.IsNull(Define(forgotten, "pg", B, 2, 9, new UnitClaim(Unit, new Epoch(3))), "it was away while another wrote");
        Assert.IsNull(Define(forgotten, "pg", B, 2, 9, new UnitClaim(Unit, null)), "it is not the writer");
        Assert.IsNull(Define(forgotten, "pg", B, 2, 12, new UnitClaim(Other, new Epoch(12)), new UnitClaim(Unit, new Epoch(3))), "that it wrote another later says nothing");
        Assert.AreEqual(new Epoch(4), Define(forgotten, "pg", A, 1, 4, new UnitClaim(Unit, new Epoch(4)))!.Service("pg")!.Epoch);
        var lost = WishRules.Apply(forgotten, new Wish.Order(Orders.Forget, Unit.ToString(), "its last writer is lost"), B, 2, 1)!;
        Assert.IsNotNull(Define(forgotten with { Record = lost }, "pg", B, 2, 9, new UnitClaim(Unit, new Epoch(3))), "an operator said so");
    }

    [TestMethod]
    public void A_unit_that_its_owner_takes_out_of_a_service_is_free_from_the_epoch_in_which_it_was_opened_last()
    {
        var view = Held(Unit, Other);
        var record = Leave(view, Other)!;
        Assert.AreEqual(new UnitPlace(null, new Epoch(4)), record.Units[Other.ToString()]);
        Assert.AreEqual("db", record.Units[Unit.ToString()].Service);
        Assert.AreSequenceEqual(record.Units, WishRules.Apply(view with { Record = record }, new Wish.Define(new ServicePolicy("db", [A, B]), new Epoch(4)), A, 1, 1)!.Units, "an agent that does not say changes nothing");

        // Another had the service since, and knows it without that unit.
        var later = view with { Record = view.Record.With(view.Record.Service("db")! with { Epoch = new Epoch(6) }) };
        var opened = Opens(later, Unit)!;
        Assert.AreEqual((new Epoch(6), new Epoch(4)), (opened.Units[Unit.ToString()].Since, opened.Units[Other.ToString()].Since));
        Assert.AreEqual(new UnitPlace(null, new Epoch(4)), Leave(later with { Record = opened }, Other)!.Units[Other.ToString()]);
        Assert.AreEqual(new UnitPlace("db", new Epoch(4)), Leave(view)!.Units[Other.ToString()], "only what is named leaves: it may have come in meanwhile");
    }

    [TestMethod]
    public void A_unit_comes_into_a_service_that_a_node_has_only_if_that_node_writes_it()
    {
        var view = Held();
        Assert.IsNull(Opens(view, new UnitClaim(Unit, null), new UnitClaim(Other, null)), "another may be writing it");
        var record = Opens(view, new UnitClaim(Unit, null), new UnitClaim(Other, new Epoch(9)))!;
        Assert.AreEqual(new UnitPlace("db", new Epoch(9)), record.Units[Other.ToString()]);
        var free = view with { Record = record with { Services = record.Services.SetItem("db", record.Service("db")! with { Owner = null }) } };
        Assert.AreEqual(new Epoch(10), WishRules.Apply(free, new Wish.Take("db", new Epoch(4), TimeSpan.Zero), B, 2, 1)!.Service("db")!.Epoch, "it was written in epoch 9");
        var legacy = view with { Record = view.Record with { Units = view.Record.Units.Clear() } };
        Assert.IsNotNull(Opens(legacy, new UnitClaim(Unit, null)), "made known by an agent that did not say what is in it");
        var without = legacy.Record.Service("db")! with { Policy = legacy.Record.Service("db")!.Policy with { HasCopies = false } };
        Assert.IsNull(Opens(legacy with { Record = legacy.Record.With(without) }, new UnitClaim(Unit, null)), "it had no unit until now: another may be writing this one");
    }

    [TestMethod]
    public void What_is_to_be_opened_makes_no_service_known() => Assert.IsNull(Opens(ClusterView.Empty with
    {
        Record = ClusterRecord.Empty.With(new MemberRecord(A, "boot-1", 1) { Run = 1 }), Live = ClusterView.Empty.Live.SetItem(A.Value, 1),
    }, new UnitClaim(Unit, new Epoch(1))));

    [TestMethod]
    [DataRow(false)]
    [DataRow(true, DisplayName = "rules that do not know units are caught")]
    public void Whatever_nodes_call_their_services_no_unit_is_open_twice_and_no_epoch_is_given_twice(bool isBlind)
    {
        var found = Enumerable.Range(0, 3000).Select(seed => new UnitWalk(seed, isBlind).Run(80)).OfType<string>().FirstOrDefault();
        Assert.AreEqual(isBlind, found is not null, found);
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(false, true, DisplayName = "nodes that do not say what they remember are caught")]
    [DataRow(true, false, DisplayName = "nodes that take a unit for free once another store does not name it are caught")]
    public void Whatever_a_restored_store_has_forgotten_no_unit_is_open_twice_and_no_epoch_is_given_twice(bool remembers, bool remembersUnits)
    {
        // Those after the first 4000 once found a mistake.
        var walks = Enumerable.Range(0, 4000).Concat([4598, 5505, 6471, 8437, 9734, 17705, 19521, 19816, 26840, 36863, 37425])
            .Select(seed => new UnitWalk(seed, isBlind: false, forgets: true) { Remembers = remembers, RemembersUnits = remembersUnits }).ToList();
        var found = walks.Select(walk => walk.Run(150)).OfType<string>().FirstOrDefault();
        Assert.AreEqual(!remembers || !remembersUnits, found is not null, found);
        foreach (var what in remembers && remembersUnits ? (string[])["restored", "settled", "ended", "renamed", "plain"] : [])
        {
            Assert.IsGreaterThan(100, walks.Sum(walk => walk.Seen.GetValueOrDefault(what)), what);
        }
    }

    [TestMethod]
    public void The_walk_reaches_what_it_is_there_for()
    {
        var walks = Enumerable.Range(0, 300).Select(seed => new UnitWalk(seed, isBlind: false)).ToList();
        walks.ForEach(walk => walk.Run(80));
        foreach (var what in (string[])["open", "renamed", "forgotten", "refused", "another opens", "plain", "taken out"])
        {
            Assert.IsGreaterThan(10, walks.Sum(walk => walk.Seen.GetValueOrDefault(what)), what);
        }
    }

    private static ClusterRecord? Define(ClusterView view, string name, NodeId by, long session, params UnitId[] units) =>
        Define(view, name, by, session, 4, [.. units.Select(unit => new UnitClaim(unit, new Epoch(4)))]);

    private static ClusterRecord? Define(ClusterView view, string name, NodeId by, long session, long start, params UnitClaim[] units) =>
        WishRules.Apply(view, new Wish.Define(new ServicePolicy(name, [A, B]), new Epoch(start)) { Units = [.. units] }, by, session, 1);

    private static ClusterRecord? Leave(ClusterView view, params UnitId[] units) => WishRules.Apply(
        view, new Wish.Define(new ServicePolicy("db", [A, B]), new Epoch(4)) { Units = [], Leaves = [.. units.Select(unit => unit.ToString())] }, A, 1, 1);

    private static ClusterRecord? Opens(ClusterView view, params UnitId[] units) => Opens(view, [.. units.Select(unit => new UnitClaim(unit, new Epoch(4)))]);

    private static ClusterRecord? Opens(ClusterView view, params UnitClaim[] units) =>
        WishRules.Apply(view, new Wish.Define(new ServicePolicy("db", [A, B]), new Epoch(4)) { Units = [.. units], Opens = true }, A, 1, 1);

    private static ClusterRecord? Forget(ClusterView view, string what = "db") => WishRules.Apply(view, new Wish.Order(Orders.Forget, what, "asked"), B, 2, 1);

    private static ClusterRecord? Take(ClusterView view, string service) => WishRules.Apply(view, new Wish.Take(service, new Epoch(4), TimeSpan.Zero), B, 2, 1);

    // As B says that it saw it in the store that was restored.
    private static ClusterView Remembered(ClusterView view, string service, long epoch) =>
        view with { Store = "t", Offers = view.Offers.SetItem(B.Value, NodeOffers.None with { Known = NodeOffers.None.Known.Add(service, new Epoch(epoch)) }) };

    // A has service db in epoch 4.
    private static ClusterView Held(params UnitId[] units)
    {
        var view = ClusterView.Empty with
        {
            Record = ClusterRecord.Empty.With(new MemberRecord(A, "boot-1", 1) { Run = 1 }).With(new MemberRecord(B, "boot-1", 2) { Run = 1 }),
            Live = ClusterView.Empty.Live.SetItem(A.Value, 1).SetItem(B.Value, 2),
            Offers = ClusterView.Empty.Offers.Add(A.Value, NodeOffers.None).Add(B.Value, NodeOffers.None),
        };
        return view with { Record = Define(view, "db", A, 1, units is [] ? [Unit] : units)! };
    }

    private static ClusterView Released(ClusterView view) => view with
    {
        Record = WishRules.Apply(view, new Wish.Release("db", new Epoch(4), Offer.Head(new Epoch(4)), null, null, IsKeptFirmly: false, "asked"), A, 1, 1)!,
    };
}
