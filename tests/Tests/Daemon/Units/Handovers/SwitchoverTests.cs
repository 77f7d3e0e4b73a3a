using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

[TestClass]
public sealed class SwitchoverTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly ManualTimeProvider time = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public async Task A_unit_is_moved_there_and_back_and_every_copy_follows()
    {
        await using var cluster = await StartAsync();
        var before = cluster.Content(cluster[1]);
        var there = await cluster.MoveAsync(1, 2);
        Assert.IsTrue(there.IsOk, there.Fault?.ToString());
        Assert.AreEqual(before, cluster.Content(cluster[2]));
        Assert.IsFalse(cluster.IsWritable(cluster[1].Id));
        var record = cluster[2].Registry.Find(MovingCluster.Unit)!;
        Assert.AreEqual("n1 n3", string.Join(' ', record.Copies));
        Assert.AreEqual(TimeSpan.FromSeconds(60), record.Interval);
        Assert.AreEqual(record, cluster[1].Registry.Find(MovingCluster.Unit));

        cluster.Write(cluster[2], 40);
        await cluster.CycleAsync();
        Assert.AreEqual(cluster.Content(cluster[2]), await cluster.CopyContentAsync(cluster[1]));
        Assert.AreEqual(cluster.Content(cluster[2]), await cluster.CopyContentAsync(cluster[3]));

        var back = await cluster.MoveAsync(2, 1);
        Assert.IsTrue(back.IsOk, back.Fault?.ToString());
        Assert.AreEqual(3, back.Value.Epoch.Value);
        cluster.Write(cluster[1], 41);
        await cluster.CycleAsync();
        Assert.AreEqual(cluster.Content(cluster[1]), await cluster.CopyContentAsync(cluster[2]));
        Assert.HasCount(1, cluster[1].Done);
    }

    [TestMethod]
    public async Task A_copy_that_takes_hours_and_is_not_the_target_holds_up_no_move()
    {
        await using var cluster = await StartAsync();
        var before = cluster.Content(cluster[1]);
        var stream = new TaskCompletionSource();
        cluster[3].Slow = stream.Task;
        var moving = cluster[1].Switchovers.MoveAsync(new SwitchoverOrder("db", "n2"), CancellationToken.None);
        for (var seconds = 0; !moving.IsCompleted; seconds++)
        {
            Assert.IsLessThan(300, seconds, "it waits for the copy on n3");
            await Quiet.AwaitAsync();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var moved = await moving;
        Assert.IsTrue(moved.IsOk, moved.Fault?.ToString());
        Assert.AreEqual(before, cluster.Content(cluster[2]));
        stream.SetResult();
        await cluster.CycleAsync();
        Assert.AreEqual(before, await cluster.CopyContentAsync(cluster[3]));
    }

    [TestMethod]
    public async Task A_plan_changes_nothing_and_says_what_would_be_done()
    {
        await using var cluster = await StartAsync();
        var plan = await cluster[1].Switchovers.PlanAsync(new SwitchoverOrder("db", "n2"), CancellationToken.None);
        Assert.IsTrue(plan.IsOk, plan.Fault?.ToString());
        Assert.IsFalse(plan.Value.IsDone);
        Assert.HasCount(5, plan.Value.Steps);
        Assert.AreEqual("n1", cluster.Writer.Id.Value);
        Assert.IsEmpty(cluster[1].Journal.Open());
    }

    [TestMethod]
    public async Task A_volume_that_is_open_for_writing_keeps_the_unit_where_it_is()
    {
        await using var cluster = await StartAsync();
        var file = new FileStream(cluster.PathOf(cluster[1].Id, "data"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var refused = await cluster.MoveAsync(1, 2);
        Assert.AreEqual(FaultCode.InUse, refused.Fault?.Code);
        Assert.AreNotEqual("", refused.Fault!.Facts["users"]);
        Assert.IsTrue(cluster.IsWritable(cluster[1].Id));
        Assert.IsEmpty(cluster[1].Journal.Open());
        await file.DisposeAsync();
        var moved = await cluster.MoveAsync(1, 2);
        Assert.IsTrue(moved.IsOk, moved.Fault?.ToString());
    }

    [TestMethod]
    public async Task Writes_between_the_snapshot_and_the_closing_are_not_left_behind()
    {
        var kill = new KillSwitch();
        await using var cluster = await StartAsync(kill);
        var looked = kill.Look;
        var late = 0;
        kill.Look = point =>
        {
            looked(point);
            if (point == "before demote on n1" && late < 2)
            {
                // Every second round, as a service that was not stopped.
                cluster.Write(cluster[1], 50 + late++);
            }
        };
        var moved = await cluster.MoveAsync(1, 2);
        Assert.IsTrue(moved.IsOk, moved.Fault?.ToString());
        Assert.AreEqual(3, moved.Value.Rounds);
        Assert.AreEqual(cluster.Content(cluster[2]), await cluster.CopyContentAsync(cluster[1]), "n2 lacks what n1 acknowledged");
    }

    [TestMethod]
    public async Task A_unit_that_is_written_to_all_the_time_stays_and_can_be_written()
    {
        var kill = new KillSwitch();
        await using var cluster = await StartAsync(kill);
        var looked = kill.Look;
        var seed = 0;
        kill.Look = point =>
        {
            looked(point);
            if (point == "before demote on n1")
            {
                cluster.Write(cluster[1], 60 + seed++);
            }
        };
        var moved = await cluster.MoveAsync(1, 2);
        Assert.AreEqual(FaultCode.Busy, moved.Fault?.Code);
        Assert.AreEqual(Handover.MostRounds, seed);
        Assert.IsTrue(cluster.IsWritable(cluster[1].Id));
        Assert.AreEqual("n1", cluster.Writer.Id.Value);
    }

    [TestMethod]
    [DataRow("n9", FaultCode.PreconditionFailed)]
    [DataRow("n2", FaultCode.OutOfSpace)]
    public async Task What_stands_in_the_way_is_said_before_anything_happens(string to, FaultCode code)
    {
        await using var cluster = await StartAsync();
        cluster[1].Room = 1000;
        var refused = await cluster[1].Switchovers.MoveAsync(new SwitchoverOrder("db", to), CancellationToken.None);
        Assert.AreEqual(code, refused.Fault?.Code);
        Assert.AreNotEqual("", refused.Fault!.NextStep);
        Assert.IsEmpty(cluster[1].Journal.Open());
    }

    [TestMethod]
    public async Task A_target_that_does_not_answer_is_refused_and_one_that_lost_its_copy_too()
    {
        await using var cluster = await StartAsync();
        foreach (var volume in new[] { "data", "wal" })
        {
            _ = await cluster[2].Storage.Ability<IReplicationStreams>()!.ForgetAnchorAsync(MovingCluster.Unit, cluster[1].Id, CancellationToken.None);
            var gone = await cluster[2].Storage.Ability<IVolumes>()!.DeleteAsync(new VolumeId(MovingCluster.Unit, volume), CancellationToken.None);
            Assert.IsTrue(gone.IsOk, gone.Fault?.ToString());
        }

        var refused = await cluster.MoveAsync(1, 2);
        Assert.AreEqual(FaultCode.PreconditionFailed, refused.Fault?.Code);
        Assert.Contains("whole copy", refused.Fault!.Why);
    }

    [TestMethod]
    public async Task A_node_that_writes_it_already_has_nothing_to_do()
    {
        await using var cluster = await StartAsync();
        var same = await cluster.MoveAsync(1, 1);
        Assert.IsTrue(same.IsOk && same.Value.IsDone);
        Assert.AreEqual(1, cluster[1].Registry.Find(MovingCluster.Unit)!.Epoch.Value);
    }

    [TestMethod]
    public async Task The_former_writer_is_refused_by_every_copy_after_the_move()
    {
        await using var cluster = await StartAsync();
        var old = cluster[1].Registry.Find(MovingCluster.Unit)!;
        Assert.IsTrue((await cluster.MoveAsync(1, 2)).IsOk);
        await cluster.CycleAsync();
        foreach (var number in new[] { 2, 3 })
        {
            var told = await cluster[number].Copies.PrepareAsync(old, cluster[1].Id, CancellationToken.None);
            Assert.AreEqual(FaultCode.StaleEpoch, told.Fault?.Code, $"n{number} takes the older writer");
        }

        var letter = new TakeOverLetter(Handover.Passed(old, cluster[3].Id), "na-1-1", new Dictionary<string, string>());
        var taken = await cluster[3].TakeOvers.TakeOverAsync(letter, cluster[1].Id, CancellationToken.None);
        Assert.AreEqual(FaultCode.StaleEpoch, taken.Fault?.Code, "n3 takes over from one that is not the writer");
    }

    [TestMethod]
    public async Task A_letter_about_another_snapshot_is_not_taken()
    {
        await using var cluster = await StartAsync();
        var record = cluster[1].Registry.Find(MovingCluster.Unit)!;
        var letter = new TakeOverLetter(Handover.Passed(record, cluster[2].Id), "na-1-9", new Dictionary<string, string> { ["data"] = "x", ["wal"] = "y" });
        var taken = await cluster[2].TakeOvers.TakeOverAsync(letter, cluster[1].Id, CancellationToken.None);
        Assert.AreEqual(FaultCode.WouldLoseWrites, taken.Fault?.Code);
        Assert.AreEqual("n1", cluster[2].Registry.Find(MovingCluster.Unit)!.Writer.Value);
        Assert.IsFalse(cluster.IsWritable(cluster[2].Id));
    }

    [TestMethod]
    public async Task A_letter_about_a_snapshot_that_the_storage_would_not_open_is_not_taken()
    {
        await using var cluster = await StartAsync();
        var record = cluster[1].Registry.Find(MovingCluster.Unit)!;
        var history = (await cluster[2].Storage.Ability<IReplicationStreams>()!.ReadHistoryAsync(MovingCluster.Unit, CancellationToken.None)).Value;
        var letter = new TakeOverLetter(Handover.Passed(record, cluster[2].Id), "na-1-1", Handover.Identities(history, "na-1-1"));
        cluster[2].Backend.Roles.Planned = "na-1-0";
        var taken = await cluster[2].TakeOvers.TakeOverAsync(letter, cluster[1].Id, CancellationToken.None);
        Assert.AreEqual(FaultCode.WouldLoseWrites, taken.Fault?.Code);
        Assert.AreEqual("n1", cluster[2].Registry.Find(MovingCluster.Unit)!.Writer.Value);
        Assert.IsFalse(cluster.IsWritable(cluster[2].Id));
        Assert.Contains("na-1-0", taken.Fault!.Why);
    }

    [TestMethod]
    public async Task A_letter_that_comes_again_is_confirmed_and_takes_nothing_back()
    {
        await using var cluster = await StartAsync();
        var moved = await cluster.MoveAsync(1, 2);
        Assert.IsTrue(moved.IsOk, moved.Fault?.ToString());
        var record = cluster[1].Registry.Find(MovingCluster.Unit)!;
        var letter = new TakeOverLetter(record, moved.Value.Snapshot!, Handover.Identities(await HistoryAsync(), moved.Value.Snapshot!));
        cluster.Write(cluster[2], 40);
        await cluster.CycleAsync();
        var written = cluster.Content(cluster[2]);

        var again = await cluster[2].TakeOvers.TakeOverAsync(letter, cluster[1].Id, CancellationToken.None);
        Assert.IsTrue(again.IsOk, again.Fault?.ToString());
        Assert.AreEqual(written, cluster.Content(cluster[2]));

        // The copies are further than the letter says. Their anchors, too: increments start there even without the snapshot.
        var newest = (await HistoryAsync()).Volumes[0].Points[^1].Name;
        Assert.StartsWith("na-2-", newest);
        var deleted = await cluster[2].Storage.Ability<ISnapshots>()!.DeleteAsync(MovingCluster.Unit, [newest], CancellationToken.None);
        Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        cluster.Write(cluster[2], 41);
        await cluster.CycleAsync();
        Assert.AreEqual(cluster.Content(cluster[2]), await cluster.CopyContentAsync(cluster[3]));

        async Task<CopyHistory> HistoryAsync() =>
            (await cluster[2].Storage.Ability<IReplicationStreams>()!.ReadHistoryAsync(MovingCluster.Unit, CancellationToken.None)).Value;
    }

    private async Task<MovingCluster> StartAsync(KillSwitch? kill = null)
    {
        var cluster = new MovingCluster(folder.Path, time, kill);
        await cluster.CreateAsync();
        return cluster;
    }
}
