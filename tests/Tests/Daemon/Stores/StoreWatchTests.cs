using System.Collections.Immutable;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;
using NodeAgent.Daemon.Stores;
using NodeAgent.Tests.Cluster.Support;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Stores;

[TestClass]
public sealed class StoreWatchTests
{
    private const string First = "127.0.0.1:2379";
    private const string Second = "127.0.0.2:2379";
    private const string Third = "127.0.0.3:2379";
    private static readonly NodeId N1 = new("m0");
    private static readonly Fault Silence = new(FaultCode.TimedOut, "cannot ask it", "it does not answer", "Look at it.", Retry.Later);

    private static readonly Dictionary<NodeId, IReadOnlyList<IPAddress>> Nodes =
        Enumerable.Range(0, 3).ToDictionary(index => new NodeId($"m{index}"), IReadOnlyList<IPAddress> (index) => [IPAddress.Parse($"127.0.0.{index + 1}")]);

    private readonly ManualTimeProvider time = new();
    private readonly Queue<string[]> silent = [];
    private string[] away = [];
    private bool breaks;
    private Outcome<IReadOnlyList<EtcdMember>> members = Enumerable.Range(1, 3).Select(index => new EtcdMember((ulong)index, $"m{index - 1}", [], [$"http://127.0.0.{index}:2379"], IsLearner: false)).ToList();

    [TestMethod]
    public async Task Before_the_first_look_and_long_after_the_last_nobody_knows()
    {
        var watch = Make();
        Assert.IsNull(watch.Last);
        StringAssert.Contains(watch.Without(N1)!, "nobody knows now");
        await watch.LookAsync(default);
        Assert.HasCount(3, watch.Last!.Voters);
        Assert.IsNull(watch.Without(N1));
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.IsNull(watch.Last);
        Assert.IsNotNull(watch.Without(N1));
    }

    [TestMethod]
    public async Task Who_is_busy_once_is_asked_again_and_who_is_silent_twice_is_told()
    {
        var watch = Make();
        silent.Enqueue([Third]);
        await watch.LookAsync(default);
        Assert.IsNull(watch.Without(N1), "it answered the second time");

        silent.Enqueue([Third]);
        silent.Enqueue([Second]);
        await watch.LookAsync(default);
        Assert.IsEmpty(watch.Last!.Silent, "each was busy once");

        silent.Enqueue([Third]);
        silent.Enqueue([Third]);
        await watch.LookAsync(default);
        StringAssert.Contains(watch.Without(N1)!, "not counted on now: m2");
    }

    [TestMethod]
    public async Task Without_a_majority_the_members_are_those_known_before()
    {
        var watch = Make();
        await watch.LookAsync(default);
        members = Silence;
        silent.Enqueue([Second, Third]);
        silent.Enqueue([Second, Third]);
        await watch.LookAsync(default);
        CollectionAssert.AreEquivalent(new[] { "m1", "m2" }, watch.Last!.Silent.Select(voter => voter.Name).ToArray());
    }

    [TestMethod]
    public async Task A_look_that_breaks_ends_nothing_and_then_nobody_knows()
    {
        var watch = Make();
        using var ending = new CancellationTokenSource();
        var running = watch.RunAsync(() => [], ending.Token);
        Assert.IsNotNull(watch.Last);
        breaks = true;
        for (var passed = 0; passed < 6; passed++)
        {
            await PassAsync();
        }

        Assert.IsFalse(running.IsCompleted);
        Assert.IsNull(watch.Last);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    [DataRow(30, false)]
    [DataRow(5, true, DisplayName = "soon after somebody was heard no more")]
    public async Task It_looks_by_itself_and_ends_when_it_is_told(int after, bool isMissed)
    {
        var watch = Make();
        ImmutableSortedSet<string> heard = ["m0", "m1", "m2"];
        using var ending = new CancellationTokenSource();
        var running = watch.RunAsync(() => heard, ending.Token);
        Assert.IsEmpty(watch.Last!.Silent);
        silent.Enqueue([Second]);
        silent.Enqueue([Second]);
        heard = isMissed ? heard.Remove("m1") : heard;
        for (var passed = 5; passed < after; passed += 5)
        {
            await PassAsync();
            Assert.IsEmpty(watch.Last.Silent);
        }

        await PassAsync();
        Assert.AreEqual("m1", watch.Last.Silent.Single().Name);
        await ending.CancelAsync();
        await running;
    }

    [TestMethod]
    public async Task A_member_of_a_real_etcd_that_was_killed_is_seen_and_its_return_too()
    {
        using var etcd = await EtcdTrio.StartAsync();
        await using var store = etcd.Store();
        var watch = new StoreWatch(etcd.Endpoints, store.Members.LookAsync, store.Members.ListAsync, () => Nodes, time, NullLogger.Instance);
        Assert.IsEmpty((await watch.LookAsync(default)).Silent);

        etcd.Kill(2);
        Assert.AreEqual("m2", (await watch.LookAsync(default)).Silent.Single().Name);
        Assert.IsNotNull(watch.Without(N1));
        Assert.IsNull(watch.Without(new NodeId("m2")));

        etcd.Start(2);
        for (var tries = 0; (await watch.LookAsync(default)).Silent.Any(); tries++)
        {
            Assert.IsLessThan(200, tries, "it does not come back");
            await Task.Delay(50);
        }

        Assert.IsNull(watch.Without(N1));
    }

    private async Task PassAsync()
    {
        time.Advance(TimeSpan.FromSeconds(5));
        await time.TimersArmedAsync(1);
    }

    private StoreWatch Make() => new(
        [new Uri("http://127.0.0.1:2379"), new Uri("http://127.0.0.2:2379")], AskAsync, _ => Task.FromResult(members), () => Nodes, time, NullLogger.Instance);

    // A new one for each look: all addresses are asked at once, the first of them first.
    private Task<MemberHealth> AskAsync(Uri address, CancellationToken cancellation)
    {
        if (breaks)
        {
            throw new InvalidOperationException("a bug");
        }

        away = address.Authority == First ? silent.TryDequeue(out var some) ? some : [] : away;
        var number = (ulong)(address.Host[^1] - '0');
        return Task.FromResult(away.Contains(address.Authority)
            ? new MemberHealth(address.Authority, Answer.Unknown, Answer.Unknown, 0, "", Silence)
            : new MemberHealth(address.Authority, Answer.Yes, Answer.No, 1, "3.5", null) { Id = number });
    }
}
