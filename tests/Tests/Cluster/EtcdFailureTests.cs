using System.Collections.Concurrent;

using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Cluster.Mirror;
using NodeAgent.Cluster.Sessions;
using NodeAgent.Contract;
using NodeAgent.Tests.Cluster.Support;

namespace NodeAgent.Tests.Cluster;

/// <summary>A real etcd whose members die, freeze and come back while it is used.</summary>
[TestClass]
public sealed class EtcdFailureTests
{
    private static readonly KeyRange All = KeyRange.Under("/test/");

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    [TestMethod]
    public async Task No_acknowledged_count_is_lost_while_leaders_are_killed_and_frozen()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var eye = trio.Store();
        await Put(eye, "/test/n", "0");
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(number => CountAsync(trio, number, stop.Token)).ToList();

        var first = await trio.LeaderAsync(eye);
        await Grown(eye, 50);
        trio.Kill(first);
        await Grown(eye, 50);
        trio.Start(first);
        await Grown(eye, 50);
        var second = await trio.LeaderAsync(eye);
        trio.Freeze(second);
        await Grown(eye, 50);
        trio.Thaw(second);
        await Grown(eye, 50);
        await stop.CancelAsync();

        var counts = await Task.WhenAll(writers);
        // A session settles every unknown: so the count is exact and not a range.
        Assert.AreEqual(counts.Sum(), await ValueOf(eye), string.Join(", ", counts));
    }

    [TestMethod]
    public async Task A_bare_transaction_counts_at_least_its_yes_and_at_most_its_yes_and_unknown()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var eye = trio.Store();
        await Put(eye, "/test/n", "0");
        using var stop = new CancellationTokenSource();
        var unknown = 0;
        var yes = 0;
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var store = trio.Store();
            while (!stop.IsCancellationRequested)
            {
                var read = await store.ReadAsync(KeyRange.Of("/test/n"), Soon);
                if (read.IsOk)
                {
                    var entry = read.Value.Entries[0];
                    var commit = await store.CommitAsync(new([entry.Untouched], [StoreChange.Put("/test/n", (int.Parse(entry.Value) + 1).ToString())]), Soon);
                    _ = commit.Happened == Answer.Yes ? Interlocked.Increment(ref yes) : commit.Happened == Answer.Unknown ? Interlocked.Increment(ref unknown) : 0;
                }
            }
        })).ToList();
        await Grown(eye, 30);
        var leader = await trio.LeaderAsync(eye);
        trio.Freeze(leader);
        await Grown(eye, 30);
        trio.Thaw(leader);
        await Grown(eye, 30);
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        var value = await ValueOf(eye);
        Assert.IsGreaterThanOrEqualTo(yes, value);
        Assert.IsLessThanOrEqualTo(yes + unknown, value);
    }

    [TestMethod]
    public async Task A_watch_goes_on_without_gap_or_repetition_when_its_member_dies_or_freezes()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var writer = trio.Store();
        await using var watcher = trio.Store();
        var from = await Put(writer, "/test/n", "0");
        var seen = new ConcurrentQueue<WatchStep>();
        using var stop = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            await foreach (var step in watcher.WatchAsync(All, from, stop.Token))
            {
                seen.Enqueue(step);
            }
        });
        await Write(writer, 1, 20);
        // The first endpoint is the one it watches.
        trio.Kill(0);
        await Write(writer, 21, 40);
        await UntilTrue(() => Changes(seen).Count >= 41);
        trio.Start(0);
        await Write(writer, 41, 60);
        trio.Freeze(1);
        await Write(writer, 61, 80);
        await UntilTrue(() => Changes(seen).Count >= 81);
        trio.Thaw(1);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => watching);

        var values = Changes(seen).Select(step => step.Events.Single().Entry!.Value).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, 81).Select(number => number.ToString()).ToList(), values);
        Assert.IsNotEmpty(seen.OfType<WatchStep.Interrupted>());
    }

    [TestMethod]
    public async Task A_mirror_that_missed_a_compaction_reads_all_again_and_says_so()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var writer = trio.Store();
        // This one knows one member only, so that it can be cut off.
        await using var alone = trio.Store(new EtcdOptions([trio.Endpoints[2]]));
        await Put(writer, "/test/a", "1");
        await Put(writer, "/test/b", "1");
        var mirror = new StoreMirror(alone, All, TimeProvider.System, TimeSpan.FromMilliseconds(100));
        await using var steps = mirror.FollowAsync(Soon).GetAsyncEnumerator();
        Assert.IsTrue(await steps.MoveNextAsync());
        var next = steps.MoveNextAsync();
        trio.Kill(2);
        await AnswersAsync(writer);
        Assert.AreEqual(Answer.Yes, (await writer.CommitAsync(new([], [StoreChange.Delete("/test/a")]), Soon)).Happened);
        await Put(writer, "/test/b", "2");
        var last = await Put(writer, "/test/c", "3");
        Assert.IsTrue((await writer.CompactAsync(last, Soon)).IsOk);
        trio.Start(2);
        Assert.IsTrue(await next);
        // A member that comes back may still have its own history; then the deletion comes as a step of its own.
        while (mirror.Current.Revision < last)
        {
            Assert.IsTrue(await steps.MoveNextAsync());
        }

        CollectionAssert.AreEqual(new[] { "/test/b=2", "/test/c=3" }, mirror.Current.Entries.Values.Select(entry => $"{entry.Key}={entry.Value}").ToArray());
    }

    [TestMethod]
    public async Task Without_a_majority_the_answer_is_unknown_and_never_no()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store(trio.Trusted() with { Deadline = TimeSpan.FromSeconds(2) });
        await Put(store, "/test/a", "1");
        trio.Kill(0);
        trio.Freeze(1);
        var commit = await store.CommitAsync(new([StoreCondition.Absent("/test/a")], [StoreChange.Put("/test/a", "2")]), Soon);
        var read = await store.ReadAsync(All, Soon);
        var health = await store.HealthAsync(Soon);
        Assert.AreEqual((Answer.Unknown, Answer.Unknown), (commit.Happened, health.Agrees));
        Assert.IsFalse(read.IsOk);
        Assert.IsFalse(string.IsNullOrEmpty(read.Fault.NextStep));
        trio.Thaw(1);
        await EtcdTrio.Agreed(store);
        Assert.AreEqual("1", (await store.ReadAsync(All, Soon)).Value.Find("/test/a")!.Value);
    }

    [TestMethod]
    public async Task A_lease_never_ends_early_also_when_the_leader_dies_and_ends_in_the_end()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store();
        var clock = new NodeAgent.Linux.Clocks.BootClock(new NodeAgent.Linux.Clocks.BootTimeProvider());
        var lease = (await store.GrantAsync(TimeSpan.FromSeconds(3), Soon)).Value;
        await store.CommitAsync(new([], [StoreChange.Put("/test/l", "1", lease.Id)]), Soon);
        var kept = (await store.KeepAliveAsync(lease.Id, Soon)).Value;
        trio.Kill(await trio.LeaderAsync(store));
        while (true)
        {
            var read = await store.ReadAsync(KeyRange.Of("/test/l"), Soon);
            if (read.IsOk && read.Value.Entries.Count == 0)
            {
                break;
            }

            await Task.Delay(20);
        }

        Assert.IsGreaterThanOrEqualTo(kept.Until.Nanoseconds, clock.Now.Nanoseconds);
        Assert.AreEqual(FaultCode.NotFound, (await store.KeepAliveAsync(lease.Id, Soon)).Fault!.Code);
    }

    [TestMethod]
    public async Task Members_are_added_as_learners_and_removed()
    {
        using var trio = await EtcdTrio.StartAsync();
        await using var store = trio.Store();
        var members = (await store.Members.ListAsync(Soon)).Value;
        Assert.HasCount(3, members);
        Assert.IsTrue(members.All(member => member.Name.Length > 0 && !member.IsLearner));
        var added = await store.Members.AddAsync("http://127.0.0.9:2380", learner: true, Soon);
        // etcd changes its members only once all have known each other for five seconds.
        for (var tries = 0; added.Fault is { Code: FaultCode.ControlPlaneUnavailable } && tries < 100; tries++)
        {
            await Task.Delay(100);
            added = await store.Members.AddAsync("http://127.0.0.9:2380", learner: true, Soon);
        }

        Assert.IsTrue(added.IsOk, added.Fault?.ToString());
        Assert.IsTrue(added.Value.IsLearner);
        Assert.AreEqual(added.Value.Id, (await store.Members.AddAsync("http://127.0.0.9:2380", learner: true, Soon)).Value.Id);
        Assert.IsFalse((await store.Members.PromoteAsync(added.Value.Id, Soon)).IsOk, "it never caught up");
        Assert.IsTrue((await store.Members.RemoveAsync(added.Value.Id, Soon)).IsOk);
        Assert.IsTrue((await store.Members.RemoveAsync(added.Value.Id, Soon)).IsOk, "a second time is fine");
        Assert.HasCount(3, (await store.Members.ListAsync(Soon)).Value);
    }

    private static async Task<int> CountAsync(EtcdTrio trio, int number, CancellationToken stop)
    {
        await using var store = trio.Store();
        var session = (await StoreSession.OpenAsync(store, new($"w{number}"), () => Guid.NewGuid().ToString("n"), Soon)).Value;
        var counted = 0;
        while (!stop.IsCancellationRequested)
        {
            var read = await store.ReadAsync(KeyRange.Of("/test/n"), Soon);
            if (!read.IsOk)
            {
                continue;
            }

            var entry = read.Value.Entries[0];
            var commit = await session.CommitAsync(new([entry.Untouched], [StoreChange.Put("/test/n", (int.Parse(entry.Value) + 1).ToString())]), Soon);
            while (commit.Happened == Answer.Unknown)
            {
                commit = (await session.SettleAsync(Soon))!;
            }

            Assert.IsNull(commit.Fault, commit.Fault?.ToString());
            counted += commit.Happened == Answer.Yes ? 1 : 0;
        }

        return counted;
    }

    private static async Task Grown(EtcdStore store, int by)
    {
        var goal = await ValueOf(store) + by;
        while (await ValueOf(store) < goal)
        {
            await Task.Delay(10, Soon);
        }
    }

    private static async Task<int> ValueOf(EtcdStore store)
    {
        for (var tries = 0; ; tries++)
        {
            var read = await store.ReadAsync(KeyRange.Of("/test/n"), Soon);
            if (read.IsOk)
            {
                return int.Parse(read.Value.Entries[0].Value);
            }

            Assert.IsLessThan(10, tries, read.Fault.ToString());
        }
    }

    private static async Task Write(EtcdStore store, int from, int to)
    {
        for (var number = from; number <= to; number++)
        {
            while (true)
            {
                // On the condition that the number before is there, a second attempt does no harm.
                var read = await store.ReadAsync(KeyRange.Of("/test/n"), Soon);
                if (!read.IsOk)
                {
                    continue;
                }

                var entry = read.Value.Entries[0];
                if (int.Parse(entry.Value) == number)
                {
                    break;
                }

                _ = await store.CommitAsync(new([entry.Untouched], [StoreChange.Put("/test/n", number.ToString())]), Soon);
            }
        }
    }

    private static async Task<long> Put(EtcdStore store, string key, string value)
    {
        var commit = await store.CommitAsync(new([], [StoreChange.Put(key, value)]), Soon);
        Assert.AreEqual(Answer.Yes, commit.Happened, commit.Fault?.ToString());
        return commit.Revision;
    }

    /// <summary>The member that was killed may have been the leader: until another is, a commit may end as Unknown.</summary>
    private static async Task AnswersAsync(EtcdStore store)
    {
        var limit = Soon;
        while (!(await store.ReadAsync(All, limit)).IsOk)
        {
            limit.ThrowIfCancellationRequested();
        }
    }

    private static List<WatchStep.Changed> Changes(IEnumerable<WatchStep> steps) => [.. steps.OfType<WatchStep.Changed>()];

    private static Task UntilTrue(Func<bool> condition) => NodeAgent.Tests.Support.Until.TrueAsync(condition);
}
