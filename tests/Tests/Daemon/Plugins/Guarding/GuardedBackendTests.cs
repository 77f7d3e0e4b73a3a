using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Plugins.Guarding;

[TestClass]
public sealed class GuardedBackendTests
{
    private const string Throws = "throw new InvalidOperationException(\"broken\")";

    private static readonly BackendId Tank = new("tank");

    private static readonly VolumeId Volume = new(new UnitId(Tank, "u"), "v");

    [TestMethod]
    public async Task A_good_answer_comes_through_and_is_counted()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await using var host = await yard.StartAsync();
        var outcome = await Volumes(host).GetAsync(Volume, CancellationToken.None);
        Assert.AreEqual(Volume, outcome.Value.Id);
        Assert.Contains(("volumes.get", CallEnd.Ok, (FaultCode?)null), yard.Observer.Calls.ToArray());
    }

    [TestMethod]
    public async Task A_fault_of_the_plugin_comes_through_unchanged()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = "Task.FromResult(new Outcome<Volume>(new Fault(FaultCode.NotFound, \"w\", \"y\", \"n\", Retry.Never)))" });
        await using var host = await yard.StartAsync();
        var outcome = await Volumes(host).GetAsync(Volume, CancellationToken.None);
        Assert.AreEqual(FaultCode.NotFound, outcome.Fault!.Code);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    [DataRow(Throws)]
    [DataRow("Task.FromException<Outcome<Volume>>(new InvalidOperationException(\"broken\"))")]
    [DataRow("null!")]
    [DataRow("Task.FromResult(new Outcome<Volume>((Volume)null!))")]
    [DataRow("throw new OperationCanceledException()")]
    [DataRow("throw new AggregateException()")]
    public async Task Whatever_leaves_the_plugin_becomes_an_internal_fault_and_is_counted(string get)
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = get });
        await using var host = await yard.StartAsync();
        var outcome = await Volumes(host).GetAsync(Volume, CancellationToken.None);
        Assert.AreEqual(FaultCode.Internal, outcome.Fault!.Code);
        Assert.Contains(("volumes.get", CallEnd.Crashed, (FaultCode?)FaultCode.Internal), yard.Observer.Calls.ToArray());
        Assert.HasCount(1, yard.Observer.Misbehaviours);
        Assert.AreEqual(PluginState.Degraded, host.Backends[0].State);
    }

    [TestMethod]
    public async Task A_list_that_throws_when_it_is_read_is_caught_inside_the_guard()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            List = "Good<IReadOnlyList<Volume>>(new Trap())",
            Types = """
                public sealed class Trap : IReadOnlyList<Volume>
                {
                    public int Count => 1;
                    public Volume this[int index] => throw new InvalidOperationException("trap");
                    public IEnumerator<Volume> GetEnumerator() => throw new InvalidOperationException("trap");
                    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
                }
                """,
        });
        await using var host = await yard.StartAsync();
        var outcome = await Volumes(host).ListAsync(CancellationToken.None);
        Assert.AreEqual(FaultCode.Internal, outcome.Fault!.Code);
    }

    [TestMethod]
    public async Task A_call_that_obeys_its_token_is_timed_out_at_the_deadline_without_blame()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = "Say(Until<Volume>(cancellation))" });
        await using var host = await yard.StartAsync();
        var call = Volumes(host).GetAsync(Volume, CancellationToken.None);
        await yard.Log.LineAsync();
        while (yard.Time.ActiveTimers == 0)
        {
            await Task.Yield();
        }

        yard.Time.Advance(yard.Policy.ReadDeadline);
        var outcome = await call;
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault!.Code);
        Assert.AreEqual(Retry.AfterLook, outcome.Fault.Retry);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    [DataRow("Never<Volume>()", DisplayName = "a task that never ends")]
    [DataRow("Block()", DisplayName = "a blocked thread")]
    public async Task A_call_that_ignores_its_token_is_left_behind_and_counted(string get)
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = get, BackendMembers = "private static Task<Outcome<Volume>> Block() { new ManualResetEvent(false).WaitOne(); return null!; }" });
        await using var host = await yard.StartAsync();
        var outcome = await yard.RunAsync(Volumes(host).GetAsync(Volume, CancellationToken.None));
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault!.Code);
        Assert.Contains(("volumes.get", CallEnd.Abandoned, (FaultCode?)FaultCode.TimedOut), yard.Observer.Calls.ToArray());
        var report = host.Backends[0];
        Assert.AreEqual(PluginState.Degraded, report.State);
        Assert.AreEqual(1, report.LeftBehind);
    }

    [TestMethod]
    public async Task A_caller_that_cancels_gets_its_exception_and_the_plugin_no_blame()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = "Say(Until<Volume>(cancellation))" });
        await using var host = await yard.StartAsync();
        using var cancel = new CancellationTokenSource();
        var call = Volumes(host).GetAsync(Volume, cancel.Token);
        await yard.Log.LineAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => call);
        Assert.AreEqual(PluginState.Ready, host.Backends[0].State);
    }

    [TestMethod]
    public async Task A_caller_that_cancels_gets_away_from_a_plugin_that_does_not_listen()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Get = "Say(Never<Volume>())" });
        await using var host = await yard.StartAsync();
        using var cancel = new CancellationTokenSource();
        var call = Volumes(host).GetAsync(Volume, cancel.Token);
        await yard.Log.LineAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => yard.RunAsync(call));
        Assert.AreEqual(1, host.Backends[0].LeftBehind);
    }

    [TestMethod]
    public async Task A_plugin_whose_cancellation_callback_blocks_does_not_block_the_caller()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            Get = "Say(Trap(cancellation))",
            BackendMembers = "private static Task<Outcome<Volume>> Trap(CancellationToken c) { c.Register(() => new ManualResetEvent(false).WaitOne()); return Never<Volume>(); }",
        });
        await using var host = await yard.StartAsync();
        var outcome = await yard.RunAsync(Volumes(host).GetAsync(Volume, CancellationToken.None));
        Assert.AreEqual(FaultCode.TimedOut, outcome.Fault!.Code);
    }

    [TestMethod]
    public async Task Changes_of_one_unit_wait_for_each_other_and_a_stuck_one_makes_the_next_busy()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture { Delete = "Say(Never<bool>()).ContinueWith(_ => Outcome.Done, TaskScheduler.Default)" });
        await using var host = await yard.StartAsync();
        await yard.RunAsync(Volumes(host).DeleteAsync(Volume, CancellationToken.None));
        var second = await yard.RunAsync(Volumes(host).DeleteAsync(Volume, CancellationToken.None));
        Assert.AreEqual(FaultCode.Busy, second.Fault!.Code);
        Assert.Contains("tank:u", second.Fault.Why);
        var other = new VolumeId(new UnitId(Tank, "other"), "v");
        var third = yard.RunAsync(Volumes(host).DeleteAsync(other, CancellationToken.None));
        Assert.AreEqual(FaultCode.TimedOut, (await third).Fault!.Code);
    }

    [TestMethod]
    public async Task A_plugin_that_hangs_takes_no_more_threads_than_its_lanes_are_wide()
    {
        using var yard = new PluginYard { Policy = new GuardPolicy { Reads = 2, HangsToQuarantine = 100 } };
        yard.Install(new Fixture { Get = "Say(Never<Volume>())" });
        await using var host = await yard.StartAsync();
        var calls = Enumerable.Range(0, 6).Select(_ => Volumes(host).GetAsync(Volume, CancellationToken.None)).ToArray();
        var outcomes = await yard.RunAsync(Task.WhenAll(calls));
        Assert.AreEqual(2, outcomes.Count(outcome => outcome.Fault!.Code == FaultCode.TimedOut));
        Assert.AreEqual(4, outcomes.Count(outcome => outcome.Fault!.Code == FaultCode.Busy));
        Assert.AreEqual(2, host.Backends[0].LeftBehind);
    }

    [TestMethod]
    public async Task Reads_run_side_by_side()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            Get = "Meet(new Outcome<Volume>(new Volume(volume, VolumeKind.Block, 1, null, null)))",
            BackendMembers = """
                private readonly TaskCompletionSource met = new();
                private int here;
                private async Task<Outcome<Volume>> Meet(Outcome<Volume> then)
                {
                    if (Interlocked.Increment(ref here) == 8) { met.SetResult(); }
                    await met.Task;
                    return then;
                }
                """,
        });
        await using var host = await yard.StartAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Volumes(host).GetAsync(Volume, CancellationToken.None)));
        Assert.IsTrue(outcomes.All(outcome => outcome.IsOk));
    }

    [TestMethod]
    public async Task A_call_that_ends_late_frees_its_place_again()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            Delete = "gate.Task",
            Get = "Open(new Volume(volume, VolumeKind.Block, 1, null, null))",
            BackendMembers = """
                private readonly TaskCompletionSource<Outcome> gate = new();
                private Task<Outcome<Volume>> Open(Volume volume) { gate.TrySetResult(Outcome.Done); return Good(volume); }
                """,
        });
        await using var host = await yard.StartAsync();
        await yard.RunAsync(Volumes(host).DeleteAsync(Volume, CancellationToken.None));
        Assert.AreEqual(1, host.Backends[0].LeftBehind);
        await Volumes(host).GetAsync(Volume, CancellationToken.None);
        Assert.IsTrue((await Volumes(host).DeleteAsync(Volume, CancellationToken.None)).IsOk);
        Assert.AreEqual(0, host.Backends[0].LeftBehind);
    }

    [TestMethod]
    public async Task Only_abilities_that_the_plugin_has_are_offered()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture());
        await using var host = await yard.StartAsync();
        var backend = host.Backend(Tank)!;
        Assert.IsNotNull(backend.Ability<IVolumes>());
        Assert.IsNull(backend.Ability<ISnapshots>());
        CollectionAssert.AreEqual(new[] { "IVolumes" }, host.Backends[0].Abilities.ToArray());
    }

    [TestMethod]
    public async Task Events_flow_and_an_exception_only_ends_the_stream()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            BackendBase = ", IStorageEvents",
            BackendMembers = """
                public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
                {
                    yield return new StorageEvent(default, "a", "one");
                    await Task.Yield();
                    throw new InvalidOperationException("the tool died");
                }
                """,
        });
        await using var host = await yard.StartAsync();
        var seen = new List<string>();
        await foreach (var one in host.Backend(Tank)!.Ability<IStorageEvents>()!.WatchAsync(CancellationToken.None))
        {
            seen.Add(one.Native);
        }

        CollectionAssert.AreEqual(new[] { "one" }, seen);
        Assert.Contains("the tool died", yard.Observer.Misbehaviours.Single());
    }

    [TestMethod]
    public async Task A_watcher_that_does_not_let_go_is_left_behind()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            BackendBase = ", IStorageEvents",
            BackendMembers = """
                public async IAsyncEnumerable<StorageEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellation)
                {
                    await Say(Never<bool>());
                    yield break;
                }
                """,
        });
        await using var host = await yard.StartAsync();
        using var cancel = new CancellationTokenSource();
        var watching = WatchAsync(host, cancel.Token);
        await yard.Log.LineAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => yard.RunAsync(watching));
        Assert.IsGreaterThanOrEqualTo(1, host.Backends[0].LeftBehind);
    }

    private static async Task<int> WatchAsync(PluginHost host, CancellationToken cancellation)
    {
        var count = 0;
        await foreach (var one in host.Backend(Tank)!.Ability<IStorageEvents>()!.WatchAsync(cancellation))
        {
            count++;
        }

        return count;
    }

    private static IVolumes Volumes(PluginHost host) => host.Backend(Tank)!.Ability<IVolumes>()!;
}
