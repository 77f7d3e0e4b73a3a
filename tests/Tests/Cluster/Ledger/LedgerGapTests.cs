using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>What was not seen may have happened at the last moment: silence counts from when it was looked again.</summary>
[TestClass]
public sealed class LedgerGapTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longer = TimeSpan.FromHours(1);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestMethod]
    public async Task After_a_gap_a_stay_that_is_gone_lasts_for_its_whole_lease_from_then_on()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        await using var gappy = new GappyStore(store);
        using var a = new LedgerSeat(store, "a", null, time);
        using var b = new LedgerSeat(gappy, "b", null, time);
        await b.DeclareAsync("db");
        await a.JoinAsync(Lease);
        await b.JoinAsync(Longer);
        await a.TakeAsync("db", 0);
        await using var follow = b.Follow();
        var before = await follow.UntilAsync(view => view.Record.Service("db")!.Owner is not null);

        gappy.Cut();
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.AreEqual(Answer.Yes, await a.Ledger.RenewAsync(a.Session, a.Lease, Soon), "not seen by b");
        await RevokeAsync(store, a);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1), "b has heard nothing for 11 s, and does not know why");
        gappy.Heal();
        var healed = await follow.UntilAsync(view => view.Revision > before.Revision);
        Assert.IsTrue(healed.Live.ContainsKey("a"));
        await b.DeclareAsync("later");
        var later = await follow.UntilAsync(view => view.Record.Service("later") is not null);
        time.Advance(Lease - TimeSpan.FromSeconds(0.1));
        Assert.AreEqual(Answer.Yes, await b.Ledger.RenewAsync(b.Session, b.Lease, Soon));
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1));
        time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.AreEqual(Answer.Yes, await b.Ledger.RenewAsync(b.Session, b.Lease, Soon));
        var view = await follow.UntilAsync(view => !view.Live.ContainsKey("a"));
        Assert.IsTrue(later.Revision > healed.Revision && view.Ended["a"] >= later.Revision && view.Ended["a"] <= view.Revision, $"{healed.Revision} < {later.Revision} <= {view.Ended["a"]} <= {view.Revision}");
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync("db", 1));
    }

    [TestMethod]
    public async Task Who_comes_later_waits_as_long_as_leases_last_and_not_for_those_that_left()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        using var a = new LedgerSeat(store, "a", null, time);
        using var c = new LedgerSeat(store, "c", null, time);
        await a.DeclareAsync("db");
        await a.JoinAsync(Lease);
        await c.JoinAsync(Lease);
        await a.TakeAsync("db", 0);
        Assert.IsTrue((await c.Ledger.EndAsync(c.Session, Soon)).IsOk);
        await RevokeAsync(store, a);

        using var b = new LedgerSeat(store, "b", null, time);
        await b.JoinAsync(Longer);
        await using var follow = b.Follow();
        var first = await follow.UntilAsync(view => view.Live.ContainsKey("b"));
        Assert.IsTrue(first.Live.ContainsKey("a") && !first.Live.ContainsKey("c"));
        time.Advance(Lease + TimeSpan.FromSeconds(0.1));
        Assert.AreEqual(Answer.Yes, await b.Ledger.RenewAsync(b.Session, b.Lease, Soon));
        await follow.UntilAsync(view => !view.Live.ContainsKey("a"));
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync("db", 1));
    }

    private static async Task RevokeAsync(FileStore store, LedgerSeat seat)
    {
        var key = (await store.ReadAsync(KeyRange.Of(StoreKeys.Session(seat.Node)), Soon)).Value.Entries.Single();
        Assert.IsTrue((await store.RevokeAsync(key.Lease, Soon)).IsOk);
    }
}
