using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class BackendTests
{
    [TestMethod]
    public void Every_promised_capability_has_its_ability()
    {
        var backend = new Rig().Backend;
        Assert.AreEqual(FenceStrength.NodeFenceRequired, backend.Describe().Fence);
        Assert.IsNotNull(backend.Ability<IVolumes>());
        Assert.IsNotNull(backend.Ability<ISnapshots>());
        Assert.IsNotNull(backend.Ability<IRoles>());
        Assert.IsNotNull(backend.Ability<IReplicationStreams>());
        Assert.IsNotNull(backend.Ability<IPools>());
        Assert.IsNotNull(backend.Ability<IStorageEvents>());
        Assert.IsNull(backend.Ability<IChangedExtents>());
    }

    [TestMethod]
    [DataRow("tank")]
    [DataRow("tank/")]
    [DataRow("/tank/a")]
    [DataRow("-tank/a")]
    [DataRow("tank/a b")]
    [DataRow("tank/a@b")]
    [DataRow("tank/../b")]
    public void A_root_that_is_no_dataset_below_a_pool_is_refused(string root)
    {
        var fault = Create(("root", root)).Fault!;
        Assert.AreEqual(FaultCode.InvalidArgument, fault.Code);
        Assert.Contains("option 'root'", fault.Why);
    }

    [TestMethod]
    public void All_wrong_options_are_told_at_once()
    {
        var fault = Create(("mountpoint", "relative"), ("rot", "x")).Fault!;
        Assert.Contains("'root' is missing", fault.Why);
        Assert.Contains("'mountpoint'", fault.Why);
        Assert.Contains("'rot' is not known", fault.Why);
    }

    [TestMethod]
    public async Task A_probe_tells_version_and_that_the_root_will_be_made()
    {
        var rig = new Rig();
        rig.Commands.On("zfs version", Recording.Of("zfs-version.json"))
            .On("zpool status", Recording.Of("zpool-status-online.json"))
            .On("zfs list -j -p -o name,used,available", Recording.Of("zfs-list-room.json"))
            .On("zfs list -j -p -o name,mountpoint,sync", "", 1, "cannot open 'tank/nodeagent': dataset does not exist");
        var health = (await rig.Backend.ProbeAsync(default)).Value;
        Assert.AreEqual(HealthLevel.Ok, health.Level);
        Assert.AreEqual("zfs 2.3.9-0+deb13u1", health.Version);
        Assert.Contains("does not exist yet", health.Remarks[0]);
        Assert.IsFalse(rig.Commands.Asked.Any(line => line.Contains("create", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_suspended_pool_is_told_although_nothing_else_of_it_answers_and_commands_that_wait_for_it_block_its_lane()
    {
        var rig = new Rig();
        rig.Commands.On("zfs version", Recording.Of("zfs-version.json")).On("zfs list", "", 1, "cannot open 'tank': pool I/O is currently suspended")
            .On("zpool status", Recording.Of("zpool-status-online.json").Replace("\"name\":\"tank\",\"state\":\"ONLINE\"", "\"name\":\"tank\",\"state\":\"SUSPENDED\"", StringComparison.Ordinal));
        var pools = await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default);
        Assert.IsTrue(pools.Value[0].IsSuspended, pools.Fault?.ToString());
        Assert.AreEqual(HealthLevel.Failed, (await rig.Backend.ProbeAsync(default)).Value.Level);
        Assert.IsFalse(rig.Commands.Commands.Any(command => command is { Tool: "zpool", Lane: "tank" }));
    }

    [TestMethod]
    public async Task A_pool_that_is_not_imported_is_a_failed_backend_not_an_absent_unit()
    {
        var rig = new Rig();
        rig.Commands.On("zfs version", Recording.Of("zfs-version.json")).On("zpool", "", 1, "cannot open 'tank': no such pool")
            .On("zfs list", "", 1, "cannot open 'tank/nodeagent/db': dataset does not exist");
        Assert.AreEqual(HealthLevel.Failed, (await rig.Backend.ProbeAsync(default)).Value.Level);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await rig.Roles.GetRoleAsync(Rig.Unit, default)).Fault!.Code);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await rig.Volumes.GetAsync(Rig.Data, default)).Fault!.Code);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await rig.Volumes.ListAsync(default)).Fault!.Code);
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await rig.Streams.ReadHistoryAsync(Rig.Unit, default)).Fault!.Code);
    }

    [TestMethod]
    [DataRow(FaultCode.TimedOut, FaultCode.TimedOut)]
    [DataRow(FaultCode.Busy, FaultCode.Busy)]
    [DataRow(FaultCode.NotFound, FaultCode.ControlPlaneUnavailable)]
    public async Task A_tool_that_fails_is_never_an_absent_unit(FaultCode runner, FaultCode told)
    {
        var rig = new Rig();
        rig.Commands.On("zfs", new Fault(runner, "a", "b", "c", Retry.Later));
        Assert.AreEqual(told, (await rig.Roles.GetRoleAsync(Rig.Unit, default)).Fault!.Code);
        Assert.AreEqual(told, (await rig.Volumes.DeleteAsync(Rig.Data, default)).Fault!.Code);
    }

    [TestMethod]
    public async Task Every_command_has_a_deadline_and_short_ones_share_the_pools_lane()
    {
        var rig = new Rig().With(ZfsTree.Writer().Filesystem("data").Snapshot("data", "s1", "5"));
        await rig.Roles.DemoteAsync(Rig.Unit, null, default);
        await rig.Streams.SendAsync(new StreamStep(Rig.Data, null, new HistoryPoint("s1", "5", 1, default, false), null, new Epoch(3)), Stream.Null, null, default);
        Assert.IsTrue(rig.Commands.Commands.All(command => command.Deadline > TimeSpan.Zero && command.Lane.Length > 0));
        Assert.IsTrue(rig.Commands.Commands.SkipLast(1).All(command => command.Lane == "tank"));
        Assert.AreEqual("tank:send:tank/nodeagent/db/data", rig.Commands.Commands[^1].Lane);
    }

    [TestMethod]
    public async Task Only_new_events_that_mean_something_are_passed_on()
    {
        var rig = new Rig();
        rig.Commands.Lines =
        [
            "Nov 20 2026 23:23:50.060476992\tsysevent.fs.zfs.pool_create",
            "Jan 16 2027 08:00:00.5\tsysevent.fs.zfs.history_event",
            "Jan 16 2027 08:00:00.5\tereport.fs.zfs.io",
        ];
        var events = new List<StorageEvent>();
        await foreach (var one in rig.Backend.Ability<IStorageEvents>()!.WatchAsync(default))
        {
            events.Add(one);
        }

        Assert.HasCount(1, events);
        Assert.AreEqual("ereport.fs.zfs.io", events[0].Native);
        CollectionAssert.AreEqual(new[] { "zpool events -f -H tank" }, rig.Commands.Asked);
    }

    private static Outcome<IBackend> Create(params (string Key, string Value)[] options) =>
        new ZfsBackendFactory().Create(new Rig().Context(options.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal)));
}
