using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>The leases of a stay: asked for as seldom as they need, and never too late. Each renewal still writes that the node is heard.</summary>
[TestClass]
public sealed class LedgerPresenceTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(0.5);

    private readonly TempFolder folder = new();
    private readonly ManualTimeProvider time = new();
    private FileStore store = null!;
    private GappyStore counted = null!;
    private LedgerSeat seat = null!;
    private LeaseId presence;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestInitialize]
    public async Task JoinAsync()
    {
        store = FileStore.Open(folder["store"], time).Value;
        counted = new GappyStore(store);
        seat = new LedgerSeat(counted, "a", null, time);
        await seat.JoinAsync(Lease);
        presence = await PresenceAsync();
    }

    public async ValueTask DisposeAsync()
    {
        seat.Dispose();
        await counted.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod]
    public async Task Every_second_renewal_keeps_the_short_lease_and_the_long_one_is_kept_with_three_quarters_of_it_to_spare()
    {
        for (var renewal = 0; renewal < 20; renewal++)
        {
            await RenewAsync();
            time.Advance(RenewEvery);
        }

        Assert.AreEqual(4, counted.Kept.Count(lease => lease != presence));
        Assert.AreEqual(10, counted.Kept.Count(lease => lease == presence));
        Assert.AreEqual(presence, await PresenceAsync(), "it was never lost");
    }

    [TestMethod]
    public async Task Each_renewal_writes_that_the_node_is_heard()
    {
        var key = KeyRange.Of(StoreKeys.PresenceOf(new NodeId("a")));
        for (var renewal = 0; renewal < 10; renewal++)
        {
            var before = (await store.ReadAsync(key, Soon)).Value.Entries.Single().Modified;
            await RenewAsync();
            Assert.IsGreaterThan(before, (await store.ReadAsync(key, Soon)).Value.Entries.Single().Modified);
            time.Advance(RenewEvery);
        }
    }

    [TestMethod]
    public async Task A_long_lease_that_could_not_be_kept_is_no_renewal_and_is_asked_for_again_by_the_next()
    {
        await RenewAsync();
        var lease = counted.Kept.Single(kept => kept != presence);
        time.Advance(Lease / 4);
        counted.Deaf = lease;
        Assert.AreEqual(Answer.Unknown, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
        counted.Deaf = LeaseId.None;
        await RenewAsync();
        Assert.AreEqual(3, counted.Kept.Count(kept => kept == lease));
    }

    [TestMethod]
    public async Task However_long_a_lease_is_it_is_kept_so_often_that_its_end_in_the_store_is_within_what_a_late_follower_waits()
    {
        var length = TimeSpan.FromSeconds(80);
        Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, length, Soon));
        var before = counted.Kept.Count;
        for (var renewal = 0; renewal < 40; renewal++)
        {
            time.Advance(RenewEvery);
            Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, length, Soon));
        }

        var longs = counted.Kept.Skip(before).GroupBy(lease => lease).Min(kept => kept.Count());
        Assert.IsInRange(3, 5, longs, "20 s of renewals");
    }

    [TestMethod]
    public async Task A_stay_whose_lease_was_taken_away_is_over_although_the_lease_was_kept_a_moment_before()
    {
        await RenewAsync();
        await store.RevokeAsync(counted.Kept.Single(kept => kept != presence), Soon);
        Assert.AreEqual(Answer.No, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));
    }

    [TestMethod]
    public async Task A_renewal_that_was_slow_does_not_shorten_a_lease_that_was_made_longer_meanwhile()
    {
        using var successor = new LedgerSeat(counted, "a", null, time);
        var read = new TaskCompletionSource();
        counted.NextRead = read.Task;
        var renewing = successor.Ledger.RenewAsync(seat.Session, Lease, Soon);
        Assert.AreEqual(Answer.Yes, await successor.Ledger.ExtendAsync(seat.Session, TimeSpan.FromSeconds(60), Soon));
        read.SetResult();
        Assert.AreEqual(Answer.Unknown, await renewing);
        var stay = (await store.ReadAsync(KeyRange.Of(StoreKeys.Session(new NodeId("a"))), Soon)).Value.Entries.Single();
        Assert.Contains("60", stay.Value, "the lease is as long as it was made");
    }

    [TestMethod]
    public async Task A_question_that_was_lost_is_asked_again_by_the_next_renewal()
    {
        await RenewAsync();
        time.Advance(RenewEvery * 2);
        counted.Deaf = presence;
        await RenewAsync();
        time.Advance(RenewEvery);
        counted.Deaf = LeaseId.None;
        await RenewAsync();
        time.Advance(RenewEvery * 2);

        Assert.AreEqual(presence, await PresenceAsync());
        Assert.AreEqual(3, counted.Kept.Count(lease => lease == presence));
    }

    [TestMethod]
    public async Task Renewals_that_come_seldom_keep_it_each_time()
    {
        for (var renewal = 0; renewal < 5; renewal++)
        {
            time.Advance(TimeSpan.FromSeconds(1.5));
            await RenewAsync();
        }

        Assert.AreEqual(5, counted.Kept.Count(lease => lease == presence));
        Assert.AreEqual(presence, await PresenceAsync());
    }

    private async Task RenewAsync() => Assert.AreEqual(Answer.Yes, await seat.Ledger.RenewAsync(seat.Session, Lease, Soon));

    private async Task<LeaseId> PresenceAsync() =>
        (await store.ReadAsync(KeyRange.Of(StoreKeys.PresenceOf(new NodeId("a"))), Soon)).Value.Entries.Single().Lease;
}
