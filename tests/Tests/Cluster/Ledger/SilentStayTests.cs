using NodeAgent.Cluster;
using NodeAgent.Cluster.Files;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>A node that is silent for as long as its lease is taken over from, whatever the store makes of the lease.</summary>
[TestClass]
public sealed class SilentStayTests : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(20);

    private readonly TempFolder folder = new();
    private readonly ManualTimeProvider time = new();
    private FileStore store = null!;
    private GappyStore watched = null!;
    private LedgerSeat a = null!;
    private LedgerSeat b = null!;
    private LedgerFollow follow = null!;
    private int told;

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestInitialize]
    public async Task BeginAsync()
    {
        store = FileStore.Open(folder["store"], time).Value;
        watched = new GappyStore(store);
        a = new LedgerSeat(store, "a", null, time);
        b = new LedgerSeat(watched, "b", null, time);
        await b.DeclareAsync("db");
        await a.JoinAsync(Lease);
        await b.JoinAsync(Longer);
        await a.TakeAsync("db", 0);
        follow = b.Follow();
        await follow.UntilAsync(view => view.Live.ContainsKey("a") && view.Live.ContainsKey("b"));
    }

    public async ValueTask DisposeAsync()
    {
        await follow.DisposeAsync();
        a.Dispose();
        b.Dispose();
        await watched.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [TestMethod]
    public async Task It_is_over_when_its_lease_is_although_the_store_keeps_it()
    {
        await PassAsync(Lease - RenewEvery, b);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1));
        await UntilOverAsync();
        Assert.AreEqual(WishAnswer.Done, await b.TakeAsync("db", 1));
        Assert.AreEqual(Answer.No, await RenewAsync(a), "what comes late is no renewal");
    }

    [TestMethod]
    public async Task Who_only_looks_keeps_nobody_alive()
    {
        await PassAsync(Lease - RenewEvery, b);
        var seen = await b.Ledger.LookAsync(Soon);
        Assert.AreEqual(a.Session, seen.Value.Live["a"], seen.Fault?.ToString());
        await UntilOverAsync();
        Assert.IsFalse((await b.Ledger.LookAsync(Soon)).Value.Live.ContainsKey("a"));
    }

    [TestMethod]
    public async Task A_node_that_renews_is_left_its_stay()
    {
        await PassAsync(Lease * 3, a, b);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1));
    }

    [TestMethod]
    public async Task A_node_whose_renewals_are_shown_late_is_left_its_stay()
    {
        watched.Late = StoreKeys.PresenceOf(a.Node);
        await PassAsync(Lease * 2, a, b);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1));
    }

    [TestMethod]
    public void Who_looks_beside_it_and_is_behind_changes_nothing()
    {
        var silence = new NodeSilence(time);
        silence.Saw("a", 7, Lease);
        silence.Lost("a", 6);
        silence.Missed("a", 6);
        time.Advance(Lease);
        Assert.IsFalse(silence.IsOver("a", 7), "an older stay's end is not its end");
        silence.Lost("a", 7);
        silence.Saw("a", 7, Lease);
        Assert.IsTrue(silence.IsOver("a", 7), "its key went, and never comes back");
    }

    [TestMethod]
    public async Task Who_does_not_hear_itself_takes_nothing_from_others()
    {
        await PassAsync(Lease * 1.5);
        Assert.AreEqual(Answer.Yes, await RenewAsync(a));
    }

    [TestMethod]
    public async Task After_a_time_in_which_nobody_was_heard_others_have_their_whole_lease_to_be_heard()
    {
        await PassAsync(Lease * 1.5);
        await PassAsync(Lease - RenewEvery, b);
        await PassAsync(RenewEvery, a, b);
        await PassAsync(RenewEvery * 4, b);
        Assert.AreEqual(Answer.Yes, await RenewAsync(a));
    }

    [TestMethod]
    public async Task While_the_store_chooses_a_leader_nobody_is_heard_and_that_changes_nothing()
    {
        await PassAsync(TimeSpan.FromSeconds(2), b);
        await PassAsync(TimeSpan.FromSeconds(3));
        await PassAsync(TimeSpan.FromSeconds(4.5), b);
        Assert.AreEqual(WishAnswer.Refused, await b.TakeAsync("db", 1));
        await UntilOverAsync();
    }

    private async Task UntilOverAsync()
    {
        var steps = 0;
        while ((await PassAsync(RenewEvery, b)).Live.ContainsKey("a"))
        {
            Assert.IsLessThan(4, ++steps, "its key was not taken away");
        }
    }

    // Each step ends when the follower has told of it: what it looks at later is not what was meant.
    private async Task<ClusterView> PassAsync(TimeSpan span, params LedgerSeat[] renewing)
    {
        var view = ClusterView.Empty;
        for (var passed = TimeSpan.Zero; passed < span; passed += RenewEvery)
        {
            time.Advance(RenewEvery);
            // As a new leader of the store does: a takeover that waits for this lease waits too long.
            await KeepAsync();
            foreach (var seat in renewing)
            {
                Assert.AreEqual(Answer.Yes, await RenewAsync(seat), seat.Node.Value);
            }

            var marker = $"at-{told++}";
            await b.DeclareAsync(marker);
            view = await follow.UntilAsync(view => view.Record.Service(marker) is not null);
        }

        return view;
    }

    private Task<Answer> RenewAsync(LedgerSeat seat) => seat.Ledger.RenewAsync(seat.Session, seat.Lease, Soon);

    private async Task KeepAsync()
    {
        if ((await store.ReadAsync(KeyRange.Of(StoreKeys.Session(a.Node)), Soon)).Value.Entries is [var stay])
        {
            Assert.IsTrue((await store.KeepAliveAsync(stay.Lease, Soon)).IsOk);
        }
    }
}
