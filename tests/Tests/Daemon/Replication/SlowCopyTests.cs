using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>A copy that takes long, or never answers, does not hold up the other copies of its unit.</summary>
[TestClass]
public sealed class SlowCopyTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeId Slow = new("n2");
    private static readonly NodeId Quick = new("n3");

    [TestMethod]
    public async Task Others_get_their_increments_while_a_first_copy_takes_many_intervals()
    {
        await using var world = await NewAsync(new ManualTimeProvider());
        using var runs = new CopyRuns(null);
        var stream = StandStill(world);
        for (var cycle = 1; cycle <= 10; cycle++)
        {
            await world.WriteAsync(cycle);
            var report = await world.CycleAsync(runs, QuickOneAsync);
            Assert.IsTrue(report.IsOk && report.Value.PruneFault is null, report.Fault?.ToString());
            Assert.AreEqual(Quick, report.Value.Copies.Keys.Single(), "only what has ended is told");
            Assert.AreEqual(await world.ContentAsync("n1", "data"), await world.ContentAsync("n3", "data"), $"n3 lags in cycle {cycle}");
        }

        Assert.AreEqual(0, world.Copy(2).Streams);
        Assert.IsLessThanOrEqualTo(4, (await world.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value.Count, "snapshots pile up");
        stream.SetResult();
        await runs.WhenIdleAsync();
        Assert.AreEqual(2, world.Copy(2).Streams, "what it was begun with must still be there");
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after it took part again", "n2");
        await world.AssertEqualAsync("after the other took part again", "n3");
        Assert.AreEqual(4, world.Copy(2).Streams, "an increment for each volume follows, no second full copy");
    }

    [TestMethod]
    public async Task An_increment_that_takes_many_intervals_keeps_its_beginning_on_the_writer()
    {
        await using var world = await NewAsync(new ManualTimeProvider());
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        using var runs = new CopyRuns(null);
        var stream = StandStill(world);
        for (var cycle = 2; cycle <= 9; cycle++)
        {
            await world.WriteAsync(cycle);
            await world.CycleAsync(runs, QuickOneAsync);
        }

        stream.SetResult();
        await runs.WhenIdleAsync();
        Assert.AreEqual(4, world.Copy(2).Streams, "the increment was sent from where the copy was");
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after a slow increment", "n2");
    }

    [TestMethod]
    public async Task A_run_that_waits_for_a_lane_keeps_its_snapshot()
    {
        await using var world = await NewAsync(new ManualTimeProvider());
        using var lanes = new CopyLanes(1);
        using var runs = new CopyRuns(lanes);
        var taken = await lanes.EnterAsync(Slow, None);
        for (var cycle = 1; cycle <= 6; cycle++)
        {
            await world.WriteAsync(cycle);
            await world.CycleAsync(runs, QuickOneAsync);
        }

        var waiting = runs.Running.Single();
        taken.Dispose();
        var report = await waiting.Work;
        Assert.IsTrue(report.IsOk, report.Fault?.ToString());
        Assert.AreEqual(waiting.Snapshot, report.Value.Complete);
    }

    [TestMethod]
    public async Task Nothing_is_let_go_of_between_a_look_and_its_note()
    {
        using var gate = new SnapshotGate();
        var looking = await gate.EnterAsync(None);
        var pruning = gate.EnterAsync(None);
        Assert.IsFalse(pruning.IsCompleted);
        looking.Dispose();
        (await pruning).Dispose();
    }

    [TestMethod]
    public async Task The_loop_leaves_a_slow_copy_behind_and_takes_it_in_again()
    {
        var time = new ManualTimeProvider();
        await using var world = await NewAsync(time);
        using var loop = world.Loop();
        using var ending = new CancellationTokenSource();
        var stream = StandStill(world);
        await world.WriteAsync(1);
        var running = loop.RunAsync(ending.Token);
        for (var turn = 1; turn <= 3; turn++)
        {
            await PassAsync(time, () => Runs(loop, Quick) >= turn);
            Assert.IsTrue(loop.IsBusy(ReplicationWorld.Unit, Slow));
            await world.WriteAsync(turn + 1);
        }

        stream.SetResult();
        await Until.TrueAsync(() => Runs(loop, Slow) == 1);
        var before = Runs(loop, Quick);
        time.Advance(TimeSpan.FromSeconds(1));
        loop.RunSoon(ReplicationWorld.Unit);
        await Until.TrueAsync(() => Runs(loop, Slow) == 2 && Runs(loop, Quick) > before);
        var activity = loop.Activities[ReplicationWorld.Unit];
        Assert.IsTrue(activity.Peers.Values.All(peer => peer.Fault is null), string.Join(' ', activity.Peers.Values.Select(peer => peer.Fault)));
        await ending.CancelAsync();
        await running;
        await world.AssertEqualAsync("after the loop", "n2");
    }

    [TestMethod]
    public async Task Holding_a_unit_waits_for_a_copy_that_was_left_behind()
    {
        var time = new ManualTimeProvider();
        await using var world = await NewAsync(time);
        await WhileLeftBehindAsync(world, time, async (loop, stream) =>
        {
            var hold = loop.HoldAsync(ReplicationWorld.Unit, None);
            Assert.IsFalse(hold.IsCompleted, "a stream still runs");
            stream.SetResult();
            using var held = await hold;
            Assert.IsFalse(loop.IsBusy(ReplicationWorld.Unit, Slow));
        });
    }

    [TestMethod]
    public async Task Holding_a_unit_stops_a_copy_that_takes_too_long_and_it_goes_on_later()
    {
        var time = new ManualTimeProvider();
        await using var world = await NewAsync(time);
        await WhileLeftBehindAsync(world, time, async (loop, stream) =>
        {
            var hold = loop.HoldAsync(ReplicationWorld.Unit, None);
            await PassAsync(time, () => hold.IsCompleted);
            Assert.IsFalse(loop.IsBusy(ReplicationWorld.Unit, Slow));
            stream.SetResult();
            (await hold).Dispose();
            await PassAsync(time, () => world.Copy(2).Streams >= 2 && !loop.IsBusy(ReplicationWorld.Unit, Slow));
        });
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after its run was stopped and begun anew", "n2");
    }

    // The loop runs, and the stream to one copy stands still.
    private static async Task WhileLeftBehindAsync(ReplicationWorld world, ManualTimeProvider time, Func<ReplicationLoop, TaskCompletionSource, Task> work)
    {
        using var loop = world.Loop();
        using var ending = new CancellationTokenSource();
        var stream = StandStill(world);
        var running = loop.RunAsync(ending.Token);
        await PassAsync(time, () => Runs(loop, Quick) > 0 && loop.Activities[ReplicationWorld.Unit].Cycles > 0);
        await work(loop, stream);
        await ending.CancelAsync();
        await running;
    }

    private static async Task<ReplicationWorld> NewAsync(ManualTimeProvider time)
    {
        var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-slow-").FullName, time, copies: 2) { OwnsFolder = true };
        await world.CreateAsync();
        return world;
    }

    private static TaskCompletionSource StandStill(ReplicationWorld world)
    {
        var stream = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Copy(2).Slow = stream.Task;
        return stream;
    }

    private static Task QuickOneAsync(IReadOnlyList<CopyRun> begun) => Task.WhenAll(begun.Where(run => run.Peer == Quick).Select(run => run.Work));

    private static long Runs(ReplicationLoop loop, NodeId peer) =>
        loop.Activities.GetValueOrDefault(ReplicationWorld.Unit)?.Peers.GetValueOrDefault(peer.Value)?.Runs ?? 0;

    // The cycle waits for its interval, the loop for the next.
    private static async Task PassAsync(ManualTimeProvider time, Func<bool> condition)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.IsLessThan(4000, step, "the cycle waits for the slow copy");
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5);
        }
    }
}
