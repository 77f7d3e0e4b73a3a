using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>The short lease that tells that a node is heard: asked for as seldom as it needs, and never too late.</summary>
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
    public async Task Each_renewal_keeps_the_long_lease_and_every_second_one_the_short_one()
    {
        for (var renewal = 0; renewal < 20; renewal++)
        {
            await RenewAsync();
            time.Advance(RenewEvery);
        }

        Assert.AreEqual(20, counted.Kept.Count(lease => lease != presence));
        Assert.AreEqual(10, counted.Kept.Count(lease => lease == presence));
        Assert.AreEqual(presence, await PresenceAsync(), "it was never lost");
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
