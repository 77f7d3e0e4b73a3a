using System.Diagnostics;

using NodeAgent.Cluster;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>What the ledger must do over either store, sentence by sentence, in real time: stores count leases on the system's clock.</summary>
public abstract class LedgerContract
{
    private const string Db = "db";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    protected abstract IClusterStore Store { get; }

    protected static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestInitialize]
    public async Task Empty()
    {
        var view = await Store.ReadAsync(KeyRange.Under(StoreKeys.Root), Soon);
        foreach (var some in view.Value.Entries.Chunk(StoreTransaction.Most))
        {
            Assert.AreEqual(Answer.Yes, (await Store.CommitAsync(new([], [.. some.Select(entry => StoreChange.Delete(entry.Key))]), Soon)).Happened);
        }
    }

    [TestMethod]
    public async Task A_node_that_joins_is_a_member_that_is_live_and_present()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        var view = await a.ViewAsync(_ => true);
        Assert.AreEqual((a.Session, "boot-a", true), (view.Live["a"], view.Record.Member(a.Node)!.BootId, view.Present.Contains("a")));
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        Assert.IsNull(a.Ledger.Trouble);
    }

    [TestMethod]
    [DataRow("boot-a", ProofKind.Released)]
    [DataRow("boot-other", ProofKind.Rebooted)]
    public async Task A_node_that_joins_anew_has_a_greater_session_and_its_old_tenure_can_be_taken(string boot, ProofKind kind)
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await b.DeclareAsync(Db);
        await a.JoinAsync(Long);
        await b.JoinAsync(Long);
        Assert.AreEqual(WishAnswer.Done, await a.TakeAsync(Db, 0));
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync(Db, 1));
        using var again = new LedgerSeat(Store, "a", boot);
        _ = await again.ViewAsync(view => boot == "boot-a" || !view.Present.Contains("a"));
        await again.JoinAsync(Long);
        Assert.IsGreaterThan(a.Session, again.Session);
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync(Db, 1));
        Assert.AreEqual(kind, (await b.ViewAsync(_ => true)).Record.Service(Db)!.Owner!.Proof.Kind);
        Assert.AreEqual(Answer.No, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon), "another stay of the same node began");
        Assert.AreEqual(WishAnswer.Refused, await a.AskAsync(new Wish.NoteWatchdog(IsAttested: true)));
    }

    [TestMethod]
    public async Task Of_two_that_race_for_a_service_one_gets_it_each_time()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await a.DeclareAsync(Db);
        await a.JoinAsync(Long);
        await b.JoinAsync(Long);
        for (var epoch = 0; epoch < 100; epoch++)
        {
            var answers = await Task.WhenAll(Task.Run(() => a.TakeAsync(Db, epoch)), Task.Run(() => b.TakeAsync(Db, epoch)));
            CollectionAssert.AreEquivalent(new[] { WishAnswer.Done, WishAnswer.Refused }, answers, $"round {epoch}");
            var winner = answers[0] == WishAnswer.Done ? a : b;
            Assert.AreEqual(WishAnswer.Done, await winner.AskAsync(new Wish.Release(Db, new(epoch + 1), null, null, null, IsKeptFirmly: false, "next round")));
        }
    }

    [TestMethod]
    public async Task Wishes_about_different_things_do_not_stand_in_each_others_way()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await a.DeclareAsync(Db);
        await a.DeclareAsync("web");
        await a.JoinAsync(Long);
        await b.JoinAsync(Long);
        var answers = await Task.WhenAll(Task.Run(() => a.TakeAsync(Db, 0)), Task.Run(() => b.TakeAsync("web", 0)));
        CollectionAssert.AreEqual(new[] { WishAnswer.Done, WishAnswer.Done }, answers);
    }

    [TestMethod]
    public async Task A_service_of_a_node_that_is_here_cannot_be_taken_and_the_node_cannot_be_called_dead()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await a.DeclareAsync(Db);
        await a.JoinAsync(Long);
        await b.JoinAsync(Long);
        await a.TakeAsync(Db, 0);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync(Db, 1));
        Assert.AreEqual(WishAnswer.Refused, await b.AskAsync(new Wish.Order(Orders.ConfirmDead, "a", "it is off")));
        Assert.AreEqual(WishAnswer.Refused, await b.AskAsync(new Wish.BeginFence(a.Node, a.Session)), "it is heard");
    }

    [TestMethod]
    public async Task A_node_that_falls_silent_is_not_present_within_three_seconds_and_stays_live_until_its_lease_ends()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await a.JoinAsync(Long);
        var last = Stopwatch.GetTimestamp();
        var view = await b.ViewAsync(view => view.Live.ContainsKey("a") && !view.Present.Contains("a"));
        var took = Stopwatch.GetElapsedTime(last);
        Assert.IsTrue(took > TimeSpan.FromSeconds(1.9) && took < TimeSpan.FromSeconds(3.3), took.ToString());
        Assert.IsEmpty(view.Ended);
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        Assert.IsTrue((await b.ViewAsync(_ => true)).Present.Contains("a"), "it is heard again");
    }

    [TestMethod]
    public async Task When_the_lease_ends_the_stay_ends_and_the_service_can_be_taken()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await b.DeclareAsync(Db);
        await b.JoinAsync(Long);
        await using var follow = b.Follow();
        await a.JoinAsync(Short);
        await a.TakeAsync(Db, 0);
        await follow.UntilAsync(view => view.Live.ContainsKey("a"));
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        var renewed = Stopwatch.GetTimestamp();
        var view = await follow.UntilAsync(view => !view.Live.ContainsKey("a"));
        var took = Stopwatch.GetElapsedTime(renewed);
        Assert.IsTrue(took > Short - TimeSpan.FromSeconds(0.1) && took < Short + TimeSpan.FromSeconds(2), took.ToString());
        Assert.IsTrue(view.Ended["a"] > 0 && view.Ended["a"] <= view.Revision, $"{view.Ended["a"]} of {view.Revision}");
        Assert.AreEqual(Answer.No, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        Assert.AreEqual(WishAnswer.Refused, await a.AskAsync(new Wish.Publish(Db, new(1), ServicePhase.Running, "too late")));
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync(Db, 1));
        Assert.AreEqual(ProofKind.LeaseExpired, (await b.ViewAsync(_ => true)).Record.Service(Db)!.Owner!.Proof.Kind);
    }

    [TestMethod]
    public async Task A_store_that_ends_a_lease_too_early_is_not_believed()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await b.DeclareAsync(Db);
        await b.JoinAsync(Long);
        await using var follow = b.Follow();
        await a.JoinAsync(Short);
        await a.TakeAsync(Db, 0);
        await follow.UntilAsync(view => view.Live.ContainsKey("a"));
        var renewed = Stopwatch.GetTimestamp();
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
        var key = (await Store.ReadAsync(KeyRange.Of(StoreKeys.Session(a.Node)), Soon)).Value.Entries.Single();
        Assert.IsTrue((await Store.RevokeAsync(key.Lease, Soon)).IsOk);
        Assert.AreEqual(Answer.No, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon), "the node itself believes it at once");
        for (var tries = 0; tries < 10; tries++)
        {
            Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync(Db, 1), "it may still write");
        }

        var view = await follow.UntilAsync(view => !view.Live.ContainsKey("a"));
        Assert.IsGreaterThanOrEqualTo(Short, Stopwatch.GetElapsedTime(renewed));
        Assert.IsGreaterThan(0, view.Ended["a"]);
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync(Db, 1));
    }

    [TestMethod]
    public async Task Who_does_not_follow_takes_nothing_from_the_silent()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await b.DeclareAsync(Db);
        await b.JoinAsync(Long);
        await a.JoinAsync(Long);
        await a.TakeAsync(Db, 0);
        var key = (await Store.ReadAsync(KeyRange.Of(StoreKeys.Session(a.Node)), Soon)).Value.Entries.Single();
        await Store.RevokeAsync(key.Lease, Soon);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync(Db, 1));
    }

    [TestMethod]
    public async Task A_stay_that_its_node_ended_is_over_at_once()
    {
        using var a = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await b.DeclareAsync(Db);
        await b.JoinAsync(Long);
        await using var follow = b.Follow();
        await a.JoinAsync(Long);
        await a.TakeAsync(Db, 0);
        await follow.UntilAsync(view => view.Live.ContainsKey("a"));
        Assert.IsTrue((await a.Ledger.EndAsync(a.Session, Soon)).IsOk);
        Assert.IsTrue((await a.Ledger.EndAsync(a.Session, Soon)).IsOk, "a second time is fine");
        var view = await follow.UntilAsync(view => !view.Live.ContainsKey("a"));
        Assert.IsFalse(view.Present.Contains("a"));
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync(Db, 1));
        using var c = new LedgerSeat(Store, "c");
        Assert.IsFalse((await c.ViewAsync(_ => true)).Live.ContainsKey("a"), "also for those who come later");
        Assert.AreEqual(Answer.No, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
    }

    [TestMethod]
    public async Task A_lease_that_was_made_longer_needs_no_renewal_and_is_made_short_again_by_the_process_that_follows()
    {
        using var old = new LedgerSeat(Store, "a");
        using var b = new LedgerSeat(Store, "b");
        await old.JoinAsync(Short);
        await b.JoinAsync(Long);
        Assert.AreEqual(Answer.Yes, await old.Ledger.ExtendAsync(old.Session, Long, Soon));
        await Task.Delay(Short + Short + Short);
        var during = await b.ViewAsync(_ => true);
        Assert.AreEqual((old.Session, true), (during.Live["a"], during.Present.Contains("a")), "live and heard, though nobody renewed");

        using var upgraded = new LedgerSeat(Store, "a", run: 2);
        Assert.AreEqual(new StayFound(old.Session, Long), (await upgraded.Ledger.FindAsync("boot-a", Soon)).Value);
        Assert.IsNull((await upgraded.Ledger.FindAsync("boot-other", Soon)).Value);
        Assert.AreEqual(Answer.Yes, await upgraded.Ledger.RenewAsync(old.Session, Short, Soon));
        Assert.AreEqual(Answer.Yes, await upgraded.Ledger.RenewAsync(old.Session, Short, Soon));
        _ = await b.ViewAsync(view => !view.Live.ContainsKey("a"));
        Assert.IsNull((await upgraded.Ledger.FindAsync("boot-a", Soon)).Value);
        Assert.AreEqual(Answer.No, await upgraded.Ledger.RenewAsync(old.Session, Short, Soon));
        Assert.AreEqual(Answer.No, await upgraded.Ledger.ExtendAsync(old.Session, Long, Soon));
    }

    [TestMethod]
    public async Task Renewals_at_the_same_time_as_a_change_of_the_lease_do_not_end_the_stay()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        for (var round = 0; round < 5; round++)
        {
            var lease = round % 2 == 0 ? Long + Long : Long;
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => a.Ledger.RenewAsync(a.Session, lease, Soon)));
            CollectionAssert.DoesNotContain(answers, Answer.No);
            Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, lease, Soon));
        }
    }

    [TestMethod]
    public async Task A_new_process_of_the_same_node_can_keep_its_stay()
    {
        using var old = new LedgerSeat(Store, "a");
        await old.JoinAsync(Short);
        using var upgraded = new LedgerSeat(Store, "a", run: 2);
        Assert.AreEqual(Answer.Yes, await upgraded.Ledger.RenewAsync(old.Session, old.Lease, Soon));
        Assert.AreEqual(WishAnswer.Refused, await upgraded.Ledger.AskAsync(new Wish.Leave(), old.Session, Soon));
        Assert.AreEqual(WishAnswer.Done, await upgraded.Ledger.AskAsync(new Wish.Adopt(2), old.Session, Soon));
        Assert.AreEqual(WishAnswer.Done, await upgraded.Ledger.AskAsync(new Wish.Leave(), old.Session, Soon));
        Assert.AreEqual(Answer.No, await upgraded.Ledger.RenewAsync(old.Session + 1, old.Lease, Soon));
        var view = await upgraded.ViewAsync(_ => true);
        Assert.AreEqual((old.Session, true), (view.Live["a"], view.Present.Contains("a")));
    }

    [TestMethod]
    public async Task A_join_that_comes_late_ends_no_later_stay()
    {
        using var a = new LedgerSeat(Store, "a");
        var late = await a.WishToJoinAsync();
        await a.JoinAsync(Long);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await a.Ledger.JoinAsync(late, Long, Soon)).Fault!.Code);
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
    }

    [TestMethod]
    public async Task A_second_machine_under_one_name_is_not_let_in_while_the_first_is_heard()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        using var clone = new LedgerSeat(Store, "a", "boot-clone", run: 2);
        var fault = (await clone.Ledger.JoinAsync(await clone.WishToJoinAsync(), Long, Soon)).Fault!;
        StringAssert.Contains(fault.Why, "another machine is alive under the name a");
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon), "its stay goes on");
        _ = await clone.ViewAsync(view => !view.Present.Contains("a"));
        await clone.JoinAsync(Long);
        Assert.AreEqual(Answer.No, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon));
    }

    [TestMethod]
    public async Task What_a_node_offers_is_seen_and_goes_with_its_stay()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        var offers = new NodeOffers(7, NodeOffers.None.OfService.Add(Db, new(new(3), 12, TimeSpan.FromSeconds(1.5))));
        Assert.AreEqual(WishAnswer.Done, await a.AskAsync(new Wish.PublishOffers(offers)));
        var view = await a.ViewAsync(_ => true);
        Assert.AreEqual((7L, offers.OfService[Db]), (view.Offers["a"].Seen, view.OfferOf(a.Node, Db)));
        await a.Ledger.EndAsync(a.Session, Soon);
        Assert.IsEmpty((await a.ViewAsync(_ => true)).Offers);
        Assert.AreEqual(WishAnswer.Refused, await a.AskAsync(new Wish.PublishOffers(offers)));
    }

    [TestMethod]
    public async Task An_order_needs_no_stay()
    {
        using var a = new LedgerSeat(Store, "a");
        Assert.AreEqual(WishAnswer.Done, await a.AskAsync(new Wish.Order(Orders.Disarm, "", "new switch")));
        Assert.AreEqual(WishAnswer.Refused, await a.AskAsync(new Wish.Order(Orders.Stop, Db, "no such service")));
        Assert.AreEqual(new ArmRecord(false, 1, "new switch"), (await a.ViewAsync(_ => true)).Record.Arm);
    }

    [TestMethod]
    [DataRow(StoreKeys.Cluster, """{"v":2}""", "field v is not 1")]
    [DataRow(StoreKeys.Cluster, """{"v":1,"arm":{"isArmed":"yes","number":0,"reason":""},"members":{},"services":[]}""", "field arm.isArmed is neither true nor false; field services is no object")]
    [DataRow(StoreKeys.Sessions + "b", "hello", "no JSON object")]
    [DataRow(StoreKeys.Offers + "b", """{"v":1,"seen":1,"services":{"db":{"epoch":1,"position":-4,"ageSeconds":1}}}""", "field services.db.position")]
    [DataRow(StoreKeys.Ledger + "votes", "{}", "knows no such key")]
    public async Task What_cannot_be_read_is_named_and_nothing_is_decided_with_it(string key, string value, string why)
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        await using var follow = a.Follow();
        await follow.UntilAsync(_ => true);
        var before = (await Store.ReadAsync(KeyRange.Of(key), Soon)).Value.Find(key)?.Value;
        await Store.CommitAsync(new([], [StoreChange.Put(key, value)]), Soon);
        await Until.TrueAsync(() => a.Ledger.Trouble is not null);
        StringAssert.Contains(a.Ledger.Trouble!.What, key);
        StringAssert.Contains(a.Ledger.Trouble.Why, why);
        Assert.AreEqual(WishAnswer.Unknown, await a.AskAsync(new Wish.Leave()));
        Assert.AreEqual(FaultCode.Unparseable, (await new LedgerSeat(Store, "c").Ledger.JoinAsync(new("boot-c", IsAttested: true, 0, 1), Long, Soon)).Fault!.Code);
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon), "the lease has nothing to do with it");

        await Store.CommitAsync(new([], [before is null ? StoreChange.Delete(key) : StoreChange.Put(key, before)]), Soon);
        await follow.UntilAsync(view => view.Live.ContainsKey("a"));
        Assert.IsNull(a.Ledger.Trouble);
    }

    [TestMethod]
    public async Task What_nobody_could_read_again_is_not_written()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.DeclareAsync(Db);
        Assert.AreEqual(WishAnswer.Refused, await a.AskAsync(new Wish.Order(Orders.Move, Db, "", new("No Such Node!"))));
        StringAssert.Contains(a.Ledger.Trouble!.Why, "services.db.target names 'No Such Node!'");
        Assert.AreEqual(WishAnswer.Done, await a.AskAsync(new Wish.Order(Orders.Move, Db, "", new("b"))));
        Assert.IsNull(a.Ledger.Trouble);
    }

    [TestMethod]
    public async Task The_history_is_in_order_and_the_oldest_goes_first()
    {
        using var a = new LedgerHistory(Store, new("a"), new(Most: 20));
        using var b = new LedgerHistory(Store, new("b"), new(Most: 20));
        var at = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
        for (var number = 0; number < 15; number++)
        {
            var told = await Task.WhenAll(a.AddAsync(new(at, "a", "takes", "db", $"{number}"), Soon), a.AddAsync(new(at, "a", "starts", "db", $"{number}"), Soon), b.AddAsync(new(at, "b", "sees", "db", $"{number}"), Soon));
            Assert.IsTrue(told.All(one => one.IsOk), told.FirstOrDefault(one => !one.IsOk).Fault?.ToString());
        }

        await Store.CommitAsync(new([], [StoreChange.Put(StoreKeys.HistoryEntry(1, new("c")), "from a newer agent")]), Soon);
        var all = (await a.ReadAsync(Soon)).Value;
        Assert.IsTrue(all.Count is >= 20 and <= 22, $"{all.Count}");
        CollectionAssert.AreEqual(all.Select(entry => int.Parse(entry.Text)).Order().ToList(), all.Select(entry => int.Parse(entry.Text)).ToList());
        Assert.AreEqual(3, all.Count(entry => entry.Text == "14"));
    }

    [TestMethod]
    public async Task A_slow_reader_gets_the_newest_and_misses_what_was_overtaken()
    {
        using var a = new LedgerSeat(Store, "a");
        await a.JoinAsync(Long);
        await using var follow = a.Follow();
        await follow.UntilAsync(_ => true);
        for (var number = 0; number < 50; number++)
        {
            await a.AskAsync(new Wish.Order(number % 2 == 0 ? Orders.Disarm : Orders.Arm, "", $"{number}"));
        }

        var seen = 0;
        await follow.UntilAsync(view =>
        {
            seen++;
            return view.Record.Arm.Number == 50;
        });
        Assert.IsLessThan(50, seen);
    }

    [TestMethod]
    public async Task A_lease_that_the_store_cannot_keep_as_short_is_refused()
    {
        using var a = new LedgerSeat(Store, "a");
        var fault = (await a.Ledger.JoinAsync(new("boot-a", IsAttested: true, 0, 1), TimeSpan.FromSeconds(1), Soon)).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code);
        StringAssert.Contains(fault.Why, "2 s instead of 1 s");
    }
}
