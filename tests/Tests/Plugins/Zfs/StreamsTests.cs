using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class StreamsTests
{
    private const string Receive =
        "zfs receive -s -u -x readonly -x mountpoint -x sharenfs -x sharesmb -x io.nodeagent:clean tank/nodeagent/db/data";

    private static readonly HistoryPoint One = new("na-1", "11", 1, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), false);
    private static readonly HistoryPoint Two = new("na-2", "12", 2, DateTimeOffset.FromUnixTimeSeconds(1_700_000_060), false);

    private static StreamStep Step(HistoryPoint? from, HistoryPoint to, string? token = null, long epoch = 3) =>
        new(Rig.Data, from, to, token, new Epoch(epoch));

    private static ZfsTree CopyAt(string name, string guid) => ZfsTree.Copy().Filesystem("data", mounted: "no").Snapshot("data", name, guid);

    [TestMethod]
    public async Task The_send_command_says_where_from()
    {
        var rig = new Rig();
        rig.Commands.On("zfs send", "stream");
        using var output = new MemoryStream();
        Assert.AreEqual(6, (await rig.Streams.SendAsync(Step(null, One), output, null, default)).Value);
        await rig.Streams.SendAsync(Step(One, Two), output, null, default);
        await rig.Streams.SendAsync(Step(One with { IsBookmark = true, Name = "na-cursor:n2:11" }, Two), output, null, default);
        await rig.Streams.SendAsync(Step(One, Two, "1-a-b-00"), output, null, default);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs send -p -w tank/nodeagent/db/data@na-1",
                "zfs send -p -w -i tank/nodeagent/db/data@na-1 tank/nodeagent/db/data@na-2",
                "zfs send -p -w -i tank/nodeagent/db/data#na-cursor:n2:11 tank/nodeagent/db/data@na-2",
                "zfs send -t 1-a-b-00",
            },
            rig.Commands.Asked);
    }

    [TestMethod]
    [DataRow("-F", null)]
    [DataRow("a b", null)]
    [DataRow("na-2", "-R")]
    [DataRow("na-2", "1-a-b-0g")]
    public async Task A_step_from_a_peer_cannot_smuggle_arguments(string to, string? token)
    {
        var rig = new Rig();
        var step = Step(One, Two with { Name = to }, token);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Streams.SendAsync(step, Stream.Null, null, default)).Fault!.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Streams.EstimateAsync(step, default)).Fault!.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Streams.ReceiveAsync(step, Stream.Null, null, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Asked);
    }

    [TestMethod]
    public async Task A_dead_token_is_not_found()
    {
        var rig = new Rig();
        rig.Commands.On("zfs send", "", 255, "cannot resume send: 'tank/nodeagent/db/data@na-2' used in the initial send no longer exists");
        Assert.AreEqual(FaultCode.NotFound, (await rig.Streams.EstimateAsync(Step(One, Two, "1-a-b-00"), default)).Fault!.Code);
        Assert.AreEqual("zfs send -n -v -P -t 1-a-b-00", rig.Commands.Asked[0]);
        Assert.AreEqual(FaultCode.NotFound, (await rig.Streams.SendAsync(Step(One, Two, "1-a-b-00"), Stream.Null, null, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task The_first_stream_makes_a_unit_that_refuses_writes()
    {
        var rig = new Rig();
        rig.Commands.On(Rig.ListUnit, "", 1, "dataset does not exist").On(Rig.ListUnit, CopyAt("na-1", "11").ToJson()).On(Rig.PoolThere, "tank\tONLINE");
        Assert.AreEqual("11", (await rig.Streams.ReceiveAsync(Step(null, One), Stream.Null, null, default)).Value.Guid);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs create -u -o canmount=off -o readonly=on -o io.nodeagent:epoch=3 -o io.nodeagent:head=received tank/nodeagent/.making-db",
                "zfs rename -u tank/nodeagent/.making-db tank/nodeagent/db", Receive,
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task An_increment_of_a_newer_epoch_stores_it_first()
    {
        var rig = new Rig().With(CopyAt("na-1", "11"), CopyAt("na-2", "12"));
        Assert.IsTrue((await rig.Streams.ReceiveAsync(Step(One, Two, epoch: 5), Stream.Null, null, default)).IsOk);
        CollectionAssert.AreEqual(
            new[] { "zfs set io.nodeagent:epoch=5 io.nodeagent:head=received tank/nodeagent/db", Receive }, rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task An_increment_costs_three_commands()
    {
        var rig = new Rig().With(CopyAt("na-1", "11"), CopyAt("na-2", "12"));
        Assert.IsTrue((await rig.Streams.ReceiveAsync(Step(One, Two), Stream.Null, null, default)).IsOk);
        Assert.HasCount(3, rig.Commands.Asked);
    }

    [TestMethod]
    public async Task A_receipt_is_only_given_for_the_guid_that_was_read_back()
    {
        var rig = new Rig().With(CopyAt("na-1", "11"), CopyAt("na-2", "99"));
        Assert.AreEqual(FaultCode.Corruption, (await rig.Streams.ReceiveAsync(Step(One, Two), Stream.Null, null, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task A_resumed_stream_gets_what_it_did_not_bring()
    {
        var after = ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("canmount", "on")).Snapshot("data", "na-2", "12");
        var rig = new Rig().With(CopyAt("na-1", "11"), after);
        Assert.IsTrue((await rig.Streams.ReceiveAsync(Step(One, Two, "1-a-b-00"), Stream.Null, null, default)).IsOk);
        Assert.Contains("zfs set io.nodeagent:taken=1700000060000 tank/nodeagent/db/data@na-2", rig.Commands.Asked);
        Assert.Contains("zfs set canmount=noauto tank/nodeagent/db/data", rig.Commands.Asked);
    }

    [TestMethod]
    public async Task A_writer_receives_nothing()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data").Snapshot("data", "na-1", "11"));
        Assert.AreEqual(FaultCode.PreconditionFailed, (await rig.Streams.ReceiveAsync(Step(One, Two), Stream.Null, null, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task Nothing_is_received_at_an_old_epoch_or_onto_another_history()
    {
        Assert.AreEqual(FaultCode.StaleEpoch, await CodeAsync(CopyAt("na-1", "11"), Step(One, Two, epoch: 2)));
        Assert.AreEqual(FaultCode.Diverged, await CodeAsync(CopyAt("na-1", "11").Snapshot("data", "na-x", "66"), Step(One, Two)));
        Assert.AreEqual(FaultCode.PreconditionFailed, await CodeAsync(CopyAt("na-x", "66"), Step(One, Two)));
        Assert.AreEqual(FaultCode.AlreadyExists, await CodeAsync(CopyAt("na-x", "66"), Step(null, Two)));
        Assert.AreEqual(
            FaultCode.PreconditionFailed,
            await CodeAsync(ZfsTree.Copy().Filesystem("data", mounted: "no", more: ("receive_resume_token", "1-a-b-00")), Step(null, Two)));
    }

    [TestMethod]
    public async Task A_former_writer_with_writes_of_its_own_has_diverged()
    {
        var tree = new ZfsTree(readOnly: true).Filesystem("data", mounted: "no").Snapshot("data", "na-1", "11")
            .Zvol("disk", more: ("written", "4096")).Snapshot("disk", "na-1", "21");
        Assert.AreEqual(FaultCode.Diverged, await CodeAsync(tree, Step(One, Two)));
    }

    [TestMethod]
    public async Task A_copy_that_zfs_finds_modified_has_diverged()
    {
        var rig = new Rig().With(CopyAt("na-1", "11"));
        rig.Commands.On("zfs receive", "", 1, "cannot receive incremental stream: destination x has been modified\nsince most recent snapshot");
        Assert.AreEqual(FaultCode.Diverged, (await rig.Streams.ReceiveAsync(Step(One, Two), Stream.Null, null, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task History_tells_points_partial_and_whether_the_head_changed()
    {
        var tree = ZfsTree.Copy().Filesystem("data", more: [("receive_resume_token", "1-a-b-00")]).Snapshot("data", "na-1", "11")
            .Bookmark("data", "na-cursor:n2:11", "11").Zvol("disk", more: ("written", "9")).Snapshot("disk", "na-1", "21").Zvol("new");
        var history = (await new Rig().With(tree).Streams.ReadHistoryAsync(Rig.Unit, default)).Value;
        Assert.AreEqual(Role.Reader, history.Role);
        Assert.HasCount(2, history.Volumes[0].Points);
        Assert.AreEqual("1-a-b-00", history.Volumes[0].Partial!.Token);
        CollectionAssert.AreEqual(new[] { Answer.No, Answer.Yes, Answer.Unknown }, history.Volumes.Select(volume => volume.HeadChanged).ToArray());
    }

    [TestMethod]
    public async Task A_rolled_back_copy_marked_clean_is_not_changed()
    {
        var tree = ZfsTree.Copy().Zvol("disk", more: [("written", "1024"), ("io.nodeagent:clean", "21:1024")]).Snapshot("disk", "na-1", "21");
        Assert.AreEqual(Answer.No, (await new Rig().With(tree).Streams.ReadHistoryAsync(Rig.Unit, default)).Value.Volumes[0].HeadChanged);
    }

    [TestMethod]
    public async Task Absence_is_a_history_without_volumes()
    {
        var history = (await new Rig().WithoutUnit().Streams.ReadHistoryAsync(Rig.Unit, default)).Value;
        Assert.AreEqual(Role.Absent, history.Role);
        Assert.IsEmpty(history.Volumes);
    }

    [TestMethod]
    public async Task On_the_writer_the_new_anchor_is_there_before_the_old_one_goes()
    {
        var tree = ZfsTree.Writer().Filesystem("data").Snapshot("data", "na-1", "11").Bookmark("data", "na-cursor:n2:10", "10").Bookmark("data", "na-cursor:n3:10", "10")
            .Zvol("disk").Snapshot("disk", "na-1", "21");
        var rig = new Rig().With(tree);
        rig.Commands.On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        Assert.IsTrue((await rig.Streams.AnchorAsync(new SnapshotId(Rig.Unit, "na-1"), new NodeId("n2"), default)).IsOk);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs program -j tank - bookmark tank/nodeagent/db/data@na-1 tank/nodeagent/db/data#na-cursor:n2:11 bookmark tank/nodeagent/db/disk@na-1 tank/nodeagent/db/disk#na-cursor:n2:21",
                "zfs destroy tank/nodeagent/db/data#na-cursor:n2:10",
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task On_a_copy_the_anchor_is_a_hold_on_all_volumes_at_once()
    {
        var tree = ZfsTree.Copy().Filesystem("data").Snapshot("data", "na-1", "11", ("userrefs", "1")).Snapshot("data", "na-2", "12")
            .Zvol("disk").Snapshot("disk", "na-2", "22");
        var rig = new Rig().With(tree);
        rig.Commands.On("zfs holds", "tank/nodeagent/db/data@na-1\tna-anchor:n1\t1\n");
        Assert.IsTrue((await rig.Streams.AnchorAsync(new SnapshotId(Rig.Unit, "na-2"), new NodeId("n1"), default)).IsOk);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs hold na-anchor:n1 tank/nodeagent/db/data@na-2 tank/nodeagent/db/disk@na-2",
                "zfs release na-anchor:n1 tank/nodeagent/db/data@na-1",
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task Discarding_where_nothing_broke_off_is_done()
    {
        var rig = new Rig().With(CopyAt("na-1", "11"));
        Assert.IsTrue((await rig.Streams.DiscardPartialAsync(Rig.Data, default)).IsOk);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task An_idle_cycle_costs_two_commands_however_many_units()
    {
        var rig = new Rig();
        rig.Commands.On("zfs list -j -p -r -d 2", Recording.Of("zfs-list-changes.json"))
            .On("zfs list -j -p -r -t snapshot -o name,createtxg,guid tank/nodeagent/db", ZfsTree.Writer().Snapshot("data", "na-1", "11").Snapshot("disk", "na-1", "21").ToJson());
        var units = Enumerable.Range(0, 20).Select(i => new UnitId(new BackendId("tank"), $"u{i}")).Prepend(Rig.Unit).ToList();
        await rig.Streams.ReadChangesAsync(units, default);
        Assert.HasCount(3, rig.Commands.Asked);
        var before = rig.Time.GetUtcNow();
        var changes = (await rig.Streams.ReadChangesAsync(units, default)).Value;
        Assert.HasCount(5, rig.Commands.Asked);
        Assert.AreEqual("zpool sync tank", rig.Commands.Asked[3]);
        Assert.AreEqual(new UnitChange(Rig.Unit, Answer.No, "na-1", before), changes[0] with { Guids = new UnitChange(Rig.Unit, Answer.No, "na-1", before).Guids });
        CollectionAssert.AreEquivalent(new Dictionary<string, string> { ["data"] = "11", ["disk"] = "21" }, changes[0].Guids.ToDictionary());
        Assert.AreEqual(Answer.Unknown, changes[1].Changed);
    }

    [TestMethod]
    public async Task A_snapshot_of_this_very_second_proves_nothing_yet()
    {
        var rig = new Rig();
        rig.Commands.On("zfs list -j -p -r -d 2", ZfsTree.Writer().Filesystem("data", more: ("snapshots_changed", "1800000000")).ToJson())
            .On("zfs list -j -p -r -t snapshot", ZfsTree.Writer().Snapshot("data", "na-1", "11").ToJson());
        Assert.AreEqual(Answer.Unknown, (await rig.Streams.ReadChangesAsync([Rig.Unit], default)).Value[0].Changed);
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.AreEqual(Answer.No, (await rig.Streams.ReadChangesAsync([Rig.Unit], default)).Value[0].Changed);
    }

    [TestMethod]
    public async Task Written_bytes_are_a_change_and_a_failed_sync_is_a_fault()
    {
        var rig = new Rig();
        rig.Commands.On("zfs list -j -p -r -d 2", ZfsTree.Writer().Filesystem("data", more: ("written", "512")).ToJson());
        Assert.AreEqual(Answer.Yes, (await rig.Streams.ReadChangesAsync([Rig.Unit], default)).Value[0].Changed);
        rig.Commands.On("zpool sync", new Fault(FaultCode.TimedOut, "a", "b", "c", Retry.AfterLook));
        Assert.AreEqual(FaultCode.TimedOut, (await rig.Streams.ReadChangesAsync([Rig.Unit], default)).Fault!.Code);
    }

    private static async Task<FaultCode> CodeAsync(ZfsTree tree, StreamStep step)
    {
        var rig = new Rig().With(tree);
        var fault = (await rig.Streams.ReceiveAsync(step, Stream.Null, null, default)).Fault!;
        Assert.IsEmpty(rig.Commands.Changes.ToList());
        return fault.Code;
    }
}
