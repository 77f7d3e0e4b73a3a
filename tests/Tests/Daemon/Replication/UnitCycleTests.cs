using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

[TestClass]
public sealed class UnitCycleTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Fault Down = new(FaultCode.PeerUnavailable, "cannot reach n2", "no path works", "Wait.", Retry.Later);

    [TestMethod]
    public async Task Copies_equal_the_writers_volumes_after_each_cycle()
    {
        await using var world = await NewAsync(out _);
        for (var seed = 1; seed <= 5; seed++)
        {
            await world.WriteAsync(seed);
            await world.GoodCycleAsync();
            await world.AssertEqualAsync($"after write {seed}");
        }

        Assert.IsTrue(world.Journal.Recent().All(ended => ended.Operation.Attempts == 1), "a cycle that succeeds at once is one attempt");
    }

    [TestMethod]
    public async Task Two_copies_are_brought_up_to_date_from_one_snapshot()
    {
        await using var world = await NewAsync(out _, copies: 2);
        await world.WriteAsync(1);
        var reports = await world.GoodCycleAsync();
        Assert.HasCount(1, reports.Values.Select(report => report.Complete).Distinct());
        await world.AssertEqualAsync("after the first cycle", "n2");
        await world.AssertEqualAsync("after the first cycle", "n3");
    }

    [TestMethod]
    public async Task A_copy_that_is_down_does_not_hold_up_the_other()
    {
        await using var world = await NewAsync(out _, copies: 2);
        await world.WriteAsync(1);
        world.Copy(2).Down = Down;
        var outcome = (await world.CycleAsync()).Value;
        Assert.IsFalse(outcome[new NodeId("n2")].IsOk);
        Assert.IsTrue(outcome[new NodeId("n3")].IsOk);
    }

    [TestMethod]
    public async Task A_copy_that_was_down_for_ten_intervals_skips_to_the_newest()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        var before = world.Copy().Streams;
        world.Copy().Down = Down;
        for (var interval = 0; interval < 10; interval++)
        {
            await world.WriteAsync(10 + interval);
            await world.CycleAsync();
        }

        var kept = (await world.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value.Count;
        Assert.IsLessThanOrEqualTo(4, kept, "snapshots pile up on the writer while a copy is away");
        world.Copy().Down = null;
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after the copy came back");
        Assert.AreEqual(before + 2, world.Copy().Streams, "one increment for each volume");
    }

    [TestMethod]
    public async Task A_cut_stream_goes_on_where_it_stopped()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        world.Copy().CutAfter = 150_000;
        await AssertCutAsync(world);
        var partial = (await world.Streams("n2").ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes;
        Assert.IsTrue(partial.Any(volume => volume.Partial is not null), "the directory backend resumes streams");
        await world.WriteAsync(2);
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after a cut stream");
    }

    [TestMethod]
    public async Task A_cut_stream_survives_a_receiver_that_is_away_for_many_intervals()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        world.Copy().CutAfter = 150_000;
        await AssertCutAsync(world);
        world.Copy().Down = Down;
        for (var interval = 0; interval < 6; interval++)
        {
            await world.WriteAsync(10 + interval);
            await world.CycleAsync();
        }

        world.Copy().Down = null;
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after a cut stream and six intervals away");
    }

    [TestMethod]
    public async Task Retention_holds_on_both_sides()
    {
        await using var world = await NewAsync(out _);
        for (var seed = 1; seed <= 12; seed++)
        {
            await world.WriteAsync(seed);
            await world.GoodCycleAsync();
        }

        Assert.IsLessThanOrEqualTo(3, (await world.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value.Count);
        Assert.IsLessThanOrEqualTo(4, (await world.Snapshots("n2").ListAsync(ReplicationWorld.Unit, None)).Value.Count);
    }

    [TestMethod]
    public async Task A_snapshot_of_an_operator_outlives_retention()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        await world.Snapshots().CreateAsync(new SnapshotId(ReplicationWorld.Unit, "before-upgrade"), world.Grant, None);
        for (var seed = 2; seed <= 8; seed++)
        {
            await world.WriteAsync(seed);
            await world.GoodCycleAsync();
        }

        Assert.IsTrue((await world.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value.Any(snapshot => snapshot.Id.Name == "before-upgrade"));
        await world.AssertEqualAsync("with an operator's snapshot between");
    }

    [TestMethod]
    public async Task A_unit_that_did_not_change_sends_nothing_and_gets_no_snapshot()
    {
        await using var world = await NewAsync(out var time);
        await world.WriteAsync(1);
        var first = await world.GoodCycleAsync();
        var snapshot = first[new NodeId("n2")].Complete!;
        var streams = world.Copy().Streams;
        var asOf = time.GetUtcNow();
        var reports = await world.GoodCycleAsync(new UnitChange(ReplicationWorld.Unit, Answer.No, snapshot, asOf));
        Assert.AreEqual(streams, world.Copy().Streams);
        Assert.AreEqual(snapshot, reports[new NodeId("n2")].Complete);
        Assert.AreEqual(asOf, reports[new NodeId("n2")].DataAsOf);
    }

    [TestMethod]
    public async Task A_unit_that_did_not_change_gets_a_snapshot_if_the_newest_is_not_whole()
    {
        await using var world = await NewAsync(out var time);
        await world.WriteAsync(1);
        var first = (await world.GoodCycleAsync())[new NodeId("n2")];
        world.Incomplete.Add(first.Complete!);
        var change = new UnitChange(ReplicationWorld.Unit, Answer.No, first.Complete, time.GetUtcNow());

        // What the copy was last seen with is from before the snapshot lost a volume, and is forgotten then.
        ((ICopyDirectory)world).Forget(ReplicationWorld.Unit, new NodeId("n2"));
        var next = (await world.GoodCycleAsync(change))[new NodeId("n2")];
        Assert.IsNotNull(next.Complete);
        Assert.AreNotEqual(first.Complete, next.Complete);
    }

    [TestMethod]
    public async Task A_word_about_another_snapshot_of_the_same_name_is_refused()
    {
        await using var world = await NewAsync(out var time);
        await world.WriteAsync(1);
        var first = (await world.GoodCycleAsync())[new NodeId("n2")];
        var word = new UnchangedSince(first.Complete!, UnchangedSince.GuidsOf(first.History, first.Complete!), time.GetUtcNow());
        Assert.IsTrue((await world.Copy().NoteUnchangedAsync(world.Record, word, None)).IsOk);
        foreach (var wrong in new[] { word with { Guids = word.Guids!.ToDictionary(known => known.Key, _ => "anew") }, word with { Guids = null } })
        {
            var refused = await world.Copy().NoteUnchangedAsync(world.Record, wrong with { AsOf = time.GetUtcNow().AddHours(1) }, None);
            Assert.AreEqual(FaultCode.NotFound, refused.Fault?.Code);
        }

        var known = (await world.Copy().PrepareAsync(world.Record, None)).Value;
        Assert.AreEqual(word.AsOf, known.DataAsOf);
    }

    [TestMethod]
    public async Task A_copy_of_another_snapshot_of_the_same_name_is_not_renewed()
    {
        await using var world = await NewAsync(out var time);
        await world.WriteAsync(1);
        var first = (await world.GoodCycleAsync())[new NodeId("n2")];
        var anew = UnchangedSince.GuidsOf(first.History, first.Complete!).ToDictionary(known => known.Key, _ => "anew");
        var change = new UnitChange(ReplicationWorld.Unit, Answer.No, first.Complete, time.GetUtcNow().AddHours(1));
        Assert.AreEqual(first.DataAsOf, (await world.GoodCycleAsync(change with { Guids = anew }))[new NodeId("n2")].DataAsOf);

        // A backend that does not tell is asked for its history.
        Assert.AreEqual(change.AsOf, (await world.GoodCycleAsync(change))[new NodeId("n2")].DataAsOf);
    }

    [TestMethod]
    public async Task Not_knowing_whether_it_changed_makes_a_snapshot()
    {
        await using var world = await NewAsync(out var time);
        await world.WriteAsync(1);
        var first = await world.GoodCycleAsync();
        var snapshot = first[new NodeId("n2")].Complete!;
        var reports = await world.GoodCycleAsync(new UnitChange(ReplicationWorld.Unit, Answer.Unknown, snapshot, time.GetUtcNow()));
        Assert.AreNotEqual(snapshot, reports[new NodeId("n2")].Complete);
    }

    [TestMethod]
    public async Task A_copy_that_somebody_promoted_is_left_alone()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        var stolen = new WriteGrant(ReplicationWorld.Unit, new Epoch(2), new NodeId("n2"), Instant.Never);
        Assert.IsTrue((await world.Roles("n2").PromoteAsync(stolen, null, None)).IsOk);
        await world.WriteAsync(2);
        var outcome = (await world.CycleAsync()).Value[new NodeId("n2")];
        Assert.IsFalse(outcome.IsOk);
        Assert.AreEqual(Role.Writer, (await world.Roles("n2").GetRoleAsync(ReplicationWorld.Unit, None)).Value.Role);
    }

    [TestMethod]
    public async Task A_volume_that_is_added_later_is_copied_too()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        await world.Volumes().CreateAsync(new VolumeSpec(new VolumeId(ReplicationWorld.Unit, "extra"), VolumeKind.Block, 1 << 20), world.Grant, None);
        await world.WriteAsync(2);
        await world.GoodCycleAsync();
        Assert.AreEqual(await world.ContentAsync("n1", "extra"), await world.ContentAsync("n2", "extra"));
    }

    [TestMethod]
    public async Task What_is_sent_is_a_snapshot_and_not_what_is_written_meanwhile()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        var before = await world.ContentAsync("n1", "data");
        await world.GoodCycleAsync();
        await world.WriteAsync(2);
        Assert.AreEqual(before, await world.ContentAsync("n2", "data"));
    }

    [TestMethod]
    public async Task A_peer_that_is_not_the_writer_cannot_touch_a_copy()
    {
        await using var world = await NewAsync(out _);
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        var told = world.Record with { Writer = new NodeId("n9"), Epoch = new Epoch(1) };
        var refused = await world.Copy().PrepareAsync(told, None);
        Assert.AreEqual(FaultCode.NotWriter, refused.Fault!.Code);
        var word = await world.Copy().NoteUnchangedAsync(world.Record with { Epoch = new Epoch(9) }, new UnchangedSince("na-1-1", null, DateTimeOffset.MaxValue), None);
        Assert.AreEqual(FaultCode.StaleEpoch, word.Fault!.Code);
    }

    private static Task<ReplicationWorld> NewAsync(out ManualTimeProvider time, int copies = 1)
    {
        var clock = time = new ManualTimeProvider();
        return MakeAsync(clock, copies);

        static async Task<ReplicationWorld> MakeAsync(ManualTimeProvider clock, int copies)
        {
            var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-cycle-").FullName, clock, copies: copies) { OwnsFolder = true };
            await world.CreateAsync();
            return world;
        }
    }

    private static async Task AssertCutAsync(ReplicationWorld world)
    {
        try
        {
            var outcome = await world.CycleAsync();
            Assert.IsFalse(outcome.Value[new NodeId("n2")].IsOk, "the stream was cut");
        }
        catch (IOException)
        {
            // The link's own error: over a real link it is a fault.
        }
    }
}
