using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>The short lease that tells that a node is heard: asked for as seldom as it needs, and never too late.</summary>
[TestClass]
public sealed class LedgerPresenceTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(0.5);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestMethod]
    public async Task Each_renewal_keeps_the_long_lease_and_every_second_one_the_short_one()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        await using var counted = new GappyStore(store);
        using var seat = new LedgerSeat(counted, "a", null, time);
        await seat.JoinAsync(Lease);
        var presence = await PresenceAsync(store);
        for (var renewal = 0; renewal < 20; renewal++)
        {
            Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
            time.Advance(RenewEvery);
        }

        Assert.AreEqual(20, counted.Kept.Count(lease => lease != presence));
        Assert.AreEqual(10, counted.Kept.Count(lease => lease == presence));
        Assert.AreEqual(presence, await PresenceAsync(store), "it was never lost");
    }

    [TestMethod]
    public async Task A_question_that_was_lost_is_asked_again_by_the_next_renewal()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        await using var counted = new GappyStore(store);
        using var seat = new LedgerSeat(counted, "a", null, time);
        await seat.JoinAsync(Lease);
        var presence = await PresenceAsync(store);
        Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
        time.Advance(RenewEvery * 2);
        counted.Deaf = presence;
        Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
        time.Advance(RenewEvery);
        counted.Deaf = LeaseId.None;
        Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
        time.Advance(RenewEvery * 2);

        Assert.AreEqual(presence, await PresenceAsync(store));
        Assert.AreEqual(3, counted.Kept.Count(lease => lease == presence));
    }

    [TestMethod]
    public async Task Renewals_that_come_seldom_keep_it_each_time()
    {
        using var folder = new TempFolder();
        var time = new ManualTimeProvider();
        await using var store = FileStore.Open(folder["store"], time).Value;
        await using var counted = new GappyStore(store);
        using var seat = new LedgerSeat(counted, "a", null, time);
        await seat.JoinAsync(Lease);
        var presence = await PresenceAsync(store);
        for (var renewal = 0; renewal < 5; renewal++)
        {
            time.Advance(TimeSpan.FromSeconds(1.5));
            Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
        }

        Assert.AreEqual(5, counted.Kept.Count(lease => lease == presence));
        Assert.AreEqual(presence, await PresenceAsync(store));
    }

    private static async Task<LeaseId> PresenceAsync(FileStore store) =>
        (await store.ReadAsync(KeyRange.Of(StoreKeys.PresenceOf(new NodeId("a"))), Soon)).Value.Entries.Single().Lease;
}
