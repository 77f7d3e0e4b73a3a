using NodeAgent.Cluster;
using NodeAgent.Cluster.Mirror;
using NodeAgent.Cluster.Sessions;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Cluster;

/// <summary>What both stores must do, sentence by sentence. Each test works under a prefix of its own.</summary>
public abstract class ClusterStoreContract
{
    private static int prefixes;

    protected string P { get; } = $"/test/{Interlocked.Increment(ref prefixes)}/";

    protected abstract IClusterStore Store { get; }

    protected static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    [TestMethod]
    public async Task What_is_written_is_read_back_with_its_revisions()
    {
        var first = await Put("a", "één ✓");
        var second = await Put("a", "2");
        var entry = (await Read("a"))!;
        Assert.AreEqual(("2", first, second), (entry.Value, entry.Created, entry.Modified));
    }

    [TestMethod]
    public async Task A_key_that_is_not_there_is_not_there()
    {
        var view = await Store.ReadAsync(KeyRange.Of(P + "nothing"), Soon);
        Assert.IsTrue(view.IsOk);
        Assert.IsEmpty(view.Value.Entries);
        Assert.IsGreaterThan(0, view.Value.Revision);
    }

    [TestMethod]
    public async Task A_prefix_reads_what_is_under_it_in_order_and_nothing_else()
    {
        await Put("dir/b", "1");
        await Put("dir/a", "1");
        await Put("dir", "1");
        await Put("dir0", "1");
        var view = await Store.ReadAsync(KeyRange.Under(P + "dir/"), Soon);
        CollectionAssert.AreEqual(new[] { P + "dir/a", P + "dir/b" }, view.Value.Entries.Select(entry => entry.Key).ToArray());
    }

    [TestMethod]
    public async Task Of_two_that_create_a_key_one_wins_and_the_other_is_shown_what_is_there()
    {
        var one = await Store.CommitAsync(new([StoreCondition.Absent(P + "a")], [StoreChange.Put(P + "a", "1")]), Soon);
        var two = await Store.CommitAsync(new([StoreCondition.Absent(P + "a")], [StoreChange.Put(P + "a", "2")]), Soon);
        Assert.AreEqual((Answer.Yes, Answer.No), (one.Happened, two.Happened));
        Assert.AreEqual("1", two.Found.Single().Value);
        Assert.IsNull(two.Fault);
    }

    [TestMethod]
    public async Task A_transaction_changes_all_keys_at_one_revision_or_none()
    {
        var a = await Put("a", "1");
        await Put("gone", "1");
        var yes = await Store.CommitAsync(new([new(P + "a", a)], [StoreChange.Put(P + "a", "2"), StoreChange.Put(P + "b", "2"), StoreChange.Delete(P + "gone")]), Soon);
        var no = await Store.CommitAsync(new([new(P + "a", a)], [StoreChange.Put(P + "a", "3"), StoreChange.Delete(P + "b")]), Soon);
        Assert.AreEqual((Answer.Yes, Answer.No), (yes.Happened, no.Happened));
        Assert.AreEqual(yes.Revision, (await Read("a"))!.Modified);
        Assert.AreEqual(yes.Revision, (await Read("b"))!.Modified);
        Assert.IsNull(await Read("gone"));
    }

    [TestMethod]
    public async Task Removing_what_is_not_there_is_fine_and_moves_nothing()
    {
        var before = (await Store.ReadAsync(KeyRange.Of(P + "a"), Soon)).Value.Revision;
        var commit = await Store.CommitAsync(new([], [StoreChange.Delete(P + "a")]), Soon);
        Assert.AreEqual((Answer.Yes, before), (commit.Happened, commit.Revision));
    }

    [TestMethod]
    public async Task A_transaction_that_makes_no_sense_is_refused_with_a_reason()
    {
        foreach (var wrong in new StoreTransaction[]
        {
            new([], []),
            new([], [StoreChange.Put(P + "a", "1"), StoreChange.Delete(P + "a")]),
            new([], [StoreChange.Put("ä", "1")]),
            new([StoreCondition.Absent(string.Empty)], [StoreChange.Put(P + "a", "1")]),
        })
        {
            var commit = await Store.CommitAsync(wrong, Soon);
            Assert.AreEqual((Answer.No, FaultCode.InvalidArgument), (commit.Happened, commit.Fault!.Code));
        }
    }

    [TestMethod]
    public async Task A_key_goes_with_its_lease_and_a_put_without_lease_stays()
    {
        var lease = (await Store.GrantAsync(TimeSpan.FromSeconds(30), Soon)).Value.Id;
        await Put("bound", "1", lease);
        await Put("freed", "1", lease);
        await Put("freed", "2");
        Assert.AreEqual(lease, (await Read("bound"))!.Lease);
        Assert.IsTrue((await Store.RevokeAsync(lease, Soon)).IsOk);
        Assert.IsTrue((await Store.RevokeAsync(lease, Soon)).IsOk, "a second time is fine");
        Assert.IsNull(await Read("bound"));
        Assert.IsNotNull(await Read("freed"));
    }

    [TestMethod]
    public async Task A_lease_that_is_gone_cannot_be_renewed_nor_written_with()
    {
        var lease = (await Store.GrantAsync(TimeSpan.FromSeconds(30), Soon)).Value.Id;
        await Store.RevokeAsync(lease, Soon);
        Assert.AreEqual(FaultCode.NotFound, (await Store.KeepAliveAsync(lease, Soon)).Fault!.Code);
        var commit = await Store.CommitAsync(new([], [StoreChange.Put(P + "a", "1", lease)]), Soon);
        Assert.AreEqual((Answer.No, FaultCode.NotFound), (commit.Happened, commit.Fault!.Code));
        Assert.IsNull(await Read("a"));
    }

    [TestMethod]
    public async Task A_lease_is_granted_for_at_least_what_was_asked_and_two_seconds()
    {
        var tiny = (await Store.GrantAsync(TimeSpan.FromMilliseconds(1), Soon)).Value;
        var odd = (await Store.GrantAsync(TimeSpan.FromSeconds(5.1), Soon)).Value;
        Assert.AreEqual((2.0, 6.0), (tiny.Length.TotalSeconds, odd.Length.TotalSeconds));
        Assert.AreEqual(6.0, (await Store.KeepAliveAsync(odd.Id, Soon)).Value.Length.TotalSeconds);
    }

    [TestMethod]
    public async Task A_watch_shows_every_revision_once_and_whole_from_where_it_was_asked()
    {
        await Put("a", "before");
        var from = await Put("a", "1");
        var both = await Store.CommitAsync(new([], [StoreChange.Put(P + "b", "2"), StoreChange.Delete(P + "a")]), Soon);
        var steps = Watched(from, 3);
        var last = await Put("c", "3");
        var seen = await steps;
        CollectionAssert.AreEqual(new[] { from, both.Revision, last }, seen.Select(step => step.Revision).ToArray());
        Assert.HasCount(2, seen[1].Events);
        Assert.IsNull(seen[1].Events.Single(one => one.Key == P + "a").Entry);
        Assert.AreEqual("3", seen[2].Events.Single().Entry!.Value);
    }

    [TestMethod]
    public async Task A_watch_hears_of_a_lease_that_ends()
    {
        var lease = (await Store.GrantAsync(TimeSpan.FromSeconds(30), Soon)).Value.Id;
        var from = await Put("a", "1", lease);
        await Put("b", "1", lease);
        await Store.RevokeAsync(lease, Soon);
        var seen = await Watched(from, 3);
        Assert.HasCount(2, seen[2].Events);
        Assert.IsTrue(seen[2].Events.All(one => one.Entry is null));
    }

    [TestMethod]
    public async Task A_watch_of_history_that_is_gone_says_so_and_ends()
    {
        var from = await Put("a", "1");
        await Put("a", "2");
        var last = await Put("a", "3");
        Assert.IsTrue((await Store.CompactAsync(last, Soon)).IsOk);
        Assert.IsTrue((await Store.CompactAsync(last, Soon)).IsOk, "a second time is fine");
        var steps = new List<WatchStep>();
        await foreach (var step in Store.WatchAsync(KeyRange.Under(P), from, Soon))
        {
            steps.Add(step);
        }

        Assert.IsInstanceOfType<WatchStep.Compacted>(steps[^1]);
        Assert.IsEmpty(steps.OfType<WatchStep.Changed>());
        Assert.AreEqual("3", (await Read("a"))!.Value);
    }

    [TestMethod]
    public async Task A_mirror_starts_with_what_is_there_and_follows()
    {
        await Put("a", "1");
        var mirror = new StoreMirror(Store, KeyRange.Under(P), TimeProvider.System, TimeSpan.FromMilliseconds(50));
        await using var steps = mirror.FollowAsync(Soon).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());
        Assert.AreEqual("1", steps.Current.View.Entries[P + "a"].Value);
        await Store.CommitAsync(new([], [StoreChange.Put(P + "b", "2"), StoreChange.Delete(P + "a")]), Soon);
        Assert.IsTrue(await steps.MoveNextAsync());
        CollectionAssert.AreEqual(new[] { P + "b" }, steps.Current.View.Entries.Keys.ToArray());
        Assert.IsFalse(steps.Current.AfterGap);
    }

    [TestMethod]
    public async Task Writers_that_count_by_compare_and_swap_lose_no_count()
    {
        await Put("n", "0");
        const int writers = 6;
        const int times = 20;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < times;)
            {
                var entry = (await Read("n"))!;
                var commit = await Store.CommitAsync(new([entry.Untouched], [StoreChange.Put(P + "n", (int.Parse(entry.Value) + 1).ToString())]), Soon);
                Assert.AreNotEqual(Answer.Unknown, commit.Happened);
                done += commit.Happened == Answer.Yes ? 1 : 0;
            }
        })));
        Assert.AreEqual((writers * times).ToString(), (await Read("n"))!.Value);
    }

    [TestMethod]
    public async Task A_session_writes_and_a_newer_one_of_the_same_node_ends_it()
    {
        var node = new NodeId("n" + P.Split('/')[2]);
        var old = (await StoreSession.OpenAsync(Store, node, NewId, Soon)).Value;
        Assert.AreEqual(Answer.Yes, (await old.CommitAsync(new([], [StoreChange.Put(P + "a", "1")]), Soon)).Happened);
        Assert.AreEqual(Answer.No, (await old.CommitAsync(new([StoreCondition.Absent(P + "a")], [StoreChange.Put(P + "a", "2")]), Soon)).Happened);
        Assert.AreEqual(Answer.Yes, (await old.CommitAsync(new([], [StoreChange.Put(P + "a", "3")]), Soon)).Happened);
        var young = (await StoreSession.OpenAsync(Store, node, NewId, Soon)).Value;
        var late = await old.CommitAsync(new([], [StoreChange.Put(P + "a", "late")]), Soon);
        Assert.AreEqual((Answer.No, FaultCode.StaleEpoch), (late.Happened, late.Fault!.Code));
        Assert.AreEqual(Answer.Yes, (await young.CommitAsync(new([], [StoreChange.Put(P + "b", "1")]), Soon)).Happened);
        Assert.AreEqual("3", (await Read("a"))!.Value);
    }

    [TestMethod]
    public async Task The_store_says_that_it_agrees()
    {
        var health = await Store.HealthAsync(Soon);
        Assert.AreEqual(Answer.Yes, health.Agrees);
        Assert.IsTrue(health.Members.All(member => member.HasLeader == Answer.Yes));
    }

    protected static string NewId() => Guid.NewGuid().ToString("n");

    protected async Task<long> Put(string name, string value, LeaseId lease = default)
    {
        var commit = await Store.CommitAsync(new([], [StoreChange.Put(P + name, value, lease)]), Soon);
        Assert.AreEqual(Answer.Yes, commit.Happened, commit.Fault?.ToString());
        return commit.Revision;
    }

    protected async Task<StoreEntry?> Read(string name)
    {
        var view = await Store.ReadAsync(KeyRange.Of(P + name), Soon);
        Assert.IsTrue(view.IsOk, view.Fault?.ToString());
        return view.Value.Find(P + name);
    }

    protected async Task<IReadOnlyList<WatchStep.Changed>> Watched(long from, int count)
    {
        var seen = new List<WatchStep.Changed>();
        await foreach (var step in Store.WatchAsync(KeyRange.Under(P), from, Soon))
        {
            if (step is WatchStep.Changed changed)
            {
                seen.Add(changed);
            }

            if (seen.Count == count)
            {
                break;
            }
        }

        return seen;
    }
}
