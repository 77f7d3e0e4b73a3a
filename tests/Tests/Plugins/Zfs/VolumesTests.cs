using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class VolumesTests
{
    private static VolumeSpec Spec(VolumeKind kind = VolumeKind.Filesystem, long bytes = 0) => new(Rig.Data, kind, bytes);

    [TestMethod]
    public async Task The_first_volume_makes_unit_and_root()
    {
        var rig = new Rig(owner: "");
        rig.Commands.On(Rig.Owner, "", 1, "cannot open 'tank/nodeagent': dataset does not exist").On(Rig.Owner, "n1/tank\n");
        rig.Commands.On(Rig.ListUnit, "", 1, "dataset does not exist").On(Rig.ListUnit, ZfsTree.Writer().Filesystem("data", 4096, "no").ToJson())
            .On(Rig.ListUnit, ZfsTree.Writer().Filesystem("data", 4096).ToJson()).On(Rig.PoolThere, "tank\tONLINE");
        var made = await rig.Volumes.CreateAsync(Spec(bytes: 4096) with { Profile = "database" }, Rig.Grant(), default);
        Assert.AreEqual("/no/where/db/data", made.Value.Path);
        const string unit = "zfs create -u -o canmount=off -o readonly=off -o io.nodeagent:epoch=3 -o io.nodeagent:head=own tank/nodeagent/.making-db";
        const string name = "zfs rename -u tank/nodeagent/.making-db tank/nodeagent/db";
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs create -u -p -o canmount=off -o mountpoint=/nodeagent/tank -o io.nodeagent:owner=n1/tank tank/nodeagent",
                unit, name,
                "zfs create -u -o canmount=noauto -o refquota=4096 -o io.nodeagent:profile=database -o atime=off -o compression=lz4 -o logbias=latency -o recordsize=16K -o xattr=sa tank/nodeagent/db/data",
                "zfs mount tank/nodeagent/db/data",
            },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    public async Task A_block_volume_is_sparse()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("other"), ZfsTree.Writer().Filesystem("other").Zvol("data"));
        var made = await rig.Volumes.CreateAsync(Spec(VolumeKind.Block, 64 << 20), Rig.Grant(), default);
        Assert.AreEqual("/dev/zvol/tank/nodeagent/db/data", made.Value.Path);
        Assert.AreEqual("zfs create -s -V 67108864 -o io.nodeagent:profile=default -o compression=lz4 -o volblocksize=16K tank/nodeagent/db/data", rig.Commands.Changes.Single());
    }

    [TestMethod]
    public async Task The_same_volume_again_changes_nothing()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data"));
        Assert.IsTrue((await rig.Volumes.CreateAsync(Spec(), Rig.Grant(), default)).IsOk);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    [DataRow(VolumeKind.Filesystem, 5L, 3L, "n1", FaultCode.AlreadyExists)]
    [DataRow(VolumeKind.Block, 65536L, 3L, "n1", FaultCode.AlreadyExists)]
    [DataRow(VolumeKind.Block, 0L, 3L, "n1", FaultCode.OutOfRange)]
    [DataRow(VolumeKind.Block, 1000L, 3L, "n1", FaultCode.OutOfRange)]
    [DataRow(VolumeKind.Filesystem, -1L, 3L, "n1", FaultCode.OutOfRange)]
    [DataRow(VolumeKind.Filesystem, 0L, 2L, "n1", FaultCode.StaleEpoch)]
    [DataRow(VolumeKind.Filesystem, 0L, 3L, "n2", FaultCode.NotWriter)]
    public async Task A_create_that_cannot_be_is_refused(VolumeKind kind, long bytes, long epoch, string holder, FaultCode code)
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data"));
        Assert.AreEqual(code, (await rig.Volumes.CreateAsync(Spec(kind, bytes), Rig.Grant(epoch, holder), default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_copy_takes_no_new_volumes()
    {
        var rig = new Rig().With(ZfsTree.Copy().Filesystem("other"));
        Assert.AreEqual(FaultCode.NotWriter, (await rig.Volumes.CreateAsync(Spec(), Rig.Grant(), default)).Fault!.Code);
    }

    [TestMethod]
    [DataRow("sync", "disabled")]
    [DataRow("mountpoint", "/etc")]
    [DataRow("volblocksize", "8K")]
    [DataRow("recordsize", "-o")]
    [DataRow("recordsize", "16K x")]
    [DataRow("canmount", "on")]
    public async Task Properties_that_are_not_for_the_asker_are_refused(string name, string value)
    {
        var rig = new Rig();
        var spec = Spec() with { Properties = new Dictionary<string, string>(StringComparer.Ordinal) { [name] = value } };
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Volumes.CreateAsync(spec, Rig.Grant(), default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Asked);
    }

    [TestMethod]
    [DataRow("../x", "data")]
    [DataRow("db", "a@b")]
    [DataRow("db", "-r")]
    [DataRow("DB", "data")]
    public async Task Bad_names_reach_no_tool(string unit, string volume)
    {
        var rig = new Rig();
        var id = new VolumeId(new UnitId(new BackendId("tank"), unit), volume);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Volumes.GetAsync(id, default)).Fault!.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Volumes.DeleteAsync(id, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Asked);
    }

    [TestMethod]
    public async Task Growing_sets_the_size_and_shrinking_is_refused()
    {
        var rig = new Rig().With(ZfsTree.Writer().Zvol("disk"));
        Assert.AreEqual(FaultCode.OutOfRange, (await rig.Volumes.ExpandAsync(Rig.Disk, 1 << 20, Rig.Grant(), default)).Fault!.Code);
        Assert.IsTrue((await rig.Volumes.ExpandAsync(Rig.Disk, 64 << 20, Rig.Grant(), default)).IsOk);
        Assert.IsTrue((await rig.Volumes.ExpandAsync(Rig.Disk, 128 << 20, Rig.Grant(), default)).IsOk);
        Assert.AreEqual("zfs set volsize=134217728 tank/nodeagent/db/disk", rig.Commands.Changes.Single());
    }

    [TestMethod]
    public async Task A_held_volume_is_left_as_it_is()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data").Snapshot("data", "s1", "5", ("userrefs", "1")));
        rig.Commands.On("zfs holds", "tank/nodeagent/db/data@s1\tkeep\t1795217080\n");
        var fault = (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!;
        Assert.AreEqual(FaultCode.InUse, fault.Code);
        Assert.AreEqual("keep", fault.Facts["holders"]);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_busy_volume_keeps_its_snapshots()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data").Snapshot("data", "s1", "5"));
        rig.Commands.On("zfs unmount", "", 1, "cannot unmount '/x': pool or dataset is busy");
        Assert.AreEqual(FaultCode.InUse, (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!.Code);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.StartsWith("zfs destroy", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "it is there")]
    [DataRow(false, DisplayName = "it is gone already")]
    public async Task Snapshots_of_the_volumes_that_stay_do_without_a_deleted_one(bool isThere)
    {
        (string, string) all = ("io.nodeagent:volumes", "data,disk,log"), two = ("io.nodeagent:volumes", "disk,log");
        var tree = ZfsTree.Copy().Zvol("disk").Snapshot("disk", "na-1", "21", all).Snapshot("disk", "na-2", "22", two)
            .Snapshot("disk", "by-hand", "23").Zvol("log").Snapshot("log", "na-1", "31", all).Snapshot("log", "na-2", "32", two);
        var rig = new Rig().With(isThere ? tree.Zvol("data").Snapshot("data", "na-1", "11", all) : tree);
        Assert.IsTrue((await rig.Volumes.DeleteAsync(Rig.Data, default)).IsOk);
        Assert.AreEqual(
            "zfs set io.nodeagent:volumes=disk,log tank/nodeagent/db/disk@na-1 tank/nodeagent/db/log@na-1", rig.Commands.Changes.Last());
        Assert.AreEqual(isThere ? 2 : 1, rig.Commands.Changes.Count());
    }

    [TestMethod]
    public async Task A_power_cut_while_a_unit_is_made_leaves_nothing_that_the_agent_does_not_know_as_its_own()
    {
        for (var cut = 0; ; cut++)
        {
            var pool = new PoolModel { CutAt = cut };
            pool.Make("tank/nodeagent", properties: ("io.nodeagent:owner", "n1/tank"));
            var wasCut = false;
            try
            {
                Assert.IsTrue((await CreateAsync(pool)).IsOk);
            }
            catch (OperationCanceledException)
            {
                wasCut = true;
            }

            pool.CutAt = -1;
            var again = await CreateAsync(pool);
            Assert.IsTrue(again.IsOk, $"cut at {cut}: {again.Fault}");
            Assert.AreEqual("3", pool["tank/nodeagent/db"].Properties["io.nodeagent:epoch"]);
            Assert.AreEqual("off", pool["tank/nodeagent/db"].Properties["canmount"]);
            Assert.IsFalse(pool.Has("tank/nodeagent/.making-db"));
            if (!wasCut)
            {
                Assert.IsGreaterThan(8, cut, "the model was hardly used");
                return;
            }
        }
    }

    private static Task<Outcome<Volume>> CreateAsync(PoolModel pool)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["root"] = "tank/nodeagent" };
        var backend = new ZfsBackendFactory().Create(new Rig().Context(options) with { Commands = pool }).Value;
        return backend.Ability<IVolumes>()!.CreateAsync(new VolumeSpec(Rig.Disk, VolumeKind.Block, 64 << 20), Rig.Grant(), default);
    }

    [TestMethod]
    public async Task A_unit_that_somebody_else_makes_meanwhile_is_taken_as_it_is_and_nothing_is_left_over()
    {
        var rig = new Rig();
        rig.Commands.On(Rig.ListUnit, "", 1, "dataset does not exist").On(Rig.ListUnit, ZfsTree.Writer().Zvol("disk").ToJson()).On(Rig.PoolThere, "tank\tONLINE")
            .On("zfs rename", "", 1, "cannot rename: dataset already exists");
        Assert.IsTrue((await rig.Volumes.CreateAsync(new VolumeSpec(Rig.Disk, VolumeKind.Block, 64 << 20), Rig.Grant(), default)).IsOk);
        Assert.Contains("zfs destroy tank/nodeagent/.making-db", rig.Commands.Asked);
    }

    [TestMethod]
    public async Task Many_snapshots_are_uncovered_in_turn_with_what_else_waits_for_the_pool()
    {
        var tree = ZfsTree.Writer().Filesystem("data", mounted: "no").Zvol("disk");
        foreach (var number in Enumerable.Range(1, 12))
        {
            tree.Snapshot("disk", $"na-{number}", $"2{number}", ("io.nodeagent:volumes", "data,disk"));
        }

        var rig = new Rig().With(tree);
        Assert.IsTrue((await rig.Volumes.DeleteAsync(Rig.Data, default)).IsOk);
        var sets = rig.Commands.Changes.Where(line => line.StartsWith("zfs set io.nodeagent:volumes=disk", StringComparison.Ordinal)).ToList();
        CollectionAssert.AreEqual(new[] { 5, 5, 2 }, sets.Select(line => line.Count(letter => letter == '@')).ToArray());
    }

    [TestMethod]
    public async Task The_last_volume_takes_its_unit_along()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data"));
        Assert.IsTrue((await rig.Volumes.DeleteAsync(Rig.Data, default)).IsOk);
        CollectionAssert.AreEqual(
            new[] { "zfs unmount tank/nodeagent/db/data", "zfs destroy -r tank/nodeagent/db/data", "zfs destroy tank/nodeagent/db" },
            rig.Commands.Changes.ToArray());
    }

    [TestMethod]
    [DataRow("data/mine")]
    [DataRow("Somebody")]
    public async Task What_somebody_else_made_below_is_named_and_nothing_goes(string stranger)
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data").Filesystem(stranger));
        var fault = (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!;
        Assert.AreEqual(FaultCode.InUse, fault.Code);
        Assert.AreEqual($"tank/nodeagent/db/{stranger}", fault.Facts["foreign"]);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task Somebodys_filesystem_of_the_units_name_is_neither_taken_nor_destroyed()
    {
        var rig = new Rig().With(ZfsTree.Stranger());
        var made = (await rig.Volumes.CreateAsync(Spec(), Rig.Grant(), default)).Fault!;
        Assert.AreEqual(FaultCode.InUse, made.Code);
        Assert.AreEqual("tank/nodeagent/db", made.Facts["foreign"]);
        Assert.AreEqual(FaultCode.InUse, (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!.Code);
        rig = new Rig().With(ZfsTree.Stranger().Filesystem("data"));
        Assert.AreEqual(FaultCode.InUse, (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!.Code);
        var copy = new Rig().With(ZfsTree.Stranger(readOnly: true));
        var step = new StreamStep(Rig.Data, null, new HistoryPoint("na-1", "1", 1, DateTimeOffset.UnixEpoch, false), null, new Epoch(3));
        Assert.AreEqual(FaultCode.InUse, (await copy.Streams.ReceiveAsync(step, Stream.Null, null, default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.Concat(copy.Commands.Changes).ToList());
    }

    [TestMethod]
    public async Task A_root_of_another_owner_is_left_alone_and_taking_over_is_told()
    {
        var rig = new Rig("n2/tank\n").With(new ZfsTree(owner: "n2/tank").Filesystem("data"));
        var fault = (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!;
        Assert.AreEqual(FaultCode.PreconditionFailed, fault.Code);
        Assert.Contains("'zfs set io.nodeagent:owner=n1/tank tank/nodeagent'", fault.NextStep);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await rig.Roles.PromoteAsync(Rig.Grant(4), null, default)).Fault!.Code);
        var empty = new Rig("n2/tank\n").WithoutUnit();
        Assert.AreEqual(FaultCode.PreconditionFailed, (await empty.Volumes.CreateAsync(Spec(), Rig.Grant(), default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.Concat(empty.Commands.Changes).ToList());
    }

    [TestMethod]
    public async Task The_first_promotion_claims_a_root_without_owner()
    {
        var rig = new Rig("-\n").With(new ZfsTree(owner: "-").Filesystem("data"));
        Assert.IsTrue((await rig.Roles.PromoteAsync(Rig.Grant(3), null, default)).IsOk);
        Assert.AreEqual("zfs set io.nodeagent:owner=n1/tank tank/nodeagent", rig.Commands.Changes.Single());
    }

    [TestMethod]
    [DataRow("(udev-worker) (12): /dev/zd0", true)]
    [DataRow("qemu-system-x86 (12): /dev/zd0", false)]
    [DataRow("mounted on /mnt", false)]
    public void Only_udev_looks_in_passing(string user, bool passing) =>
        Assert.AreEqual(passing, NodeAgent.Plugins.ZfsBackend.Roles.Users.IsPassing(user));

    [TestMethod]
    [DataRow("/dev/zd16", true)]
    [DataRow("/dev/zd16p1", true)]
    [DataRow("/dev/zd16p12", true)]
    [DataRow("/dev/zd160", false)]
    [DataRow("/dev/zd160p1", false)]
    [DataRow("/dev/zd16p", false)]
    [DataRow("tank/nodeagent/db", false)]
    public void A_mount_of_another_device_whose_name_begins_alike_is_none_of_a_volume(string mounted, bool isOn) =>
        Assert.AreEqual(isOn, NodeAgent.Plugins.ZfsBackend.Roles.Users.IsOn(mounted, "/dev/zd16"));

    [TestMethod]
    public async Task Deleting_what_is_not_there_is_done() =>
        Assert.IsTrue((await new Rig().WithoutUnit().Volumes.DeleteAsync(Rig.Data, default)).IsOk);
}
