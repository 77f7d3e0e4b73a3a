using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class StatusTests
{
    [TestMethod]
    public async Task The_copies_are_what_the_cluster_certified_also_with_the_peer_dead()
    {
        using var rig = new MirrorRig().Agreed("n2", 4, "n2");

        var status = await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(MirrorRig.Unit, default);

        Assert.AreEqual((new NodeId("n1"), CopyState.Outdated, LossConfidence.Unknown), (status.Value.Copies[0].Node, status.Value.Copies[0].State, status.Value.Copies[0].Loss.Confidence));
        Assert.AreEqual((CopyState.InSync, LossConfidence.ProvenZero), (status.Value.Copies[1].State, status.Value.Copies[1].Loss.Confidence));
    }

    [TestMethod]
    [DataRow("RESILVER", "n1", 1, DisplayName = "copied")]
    [DataRow("SCRUB", "n1", 1, DisplayName = "scrubbed: it is certified after that")]
    [DataRow("RESILVER", "n2", 0, DisplayName = "the writer's own half")]
    public async Task A_half_that_waits_to_be_certified_tells_what_is_left(string function, string whole, int copy)
    {
        using var rig = new MirrorRig().Agreed("n1", 4, whole);
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status(scan: $"\"scan_stats\":{{\"function\":\"{function}\",\"state\":\"SCANNING\",\"errors\":0,\"issued\":3,\"to_examine\":10,\"skipped\":2}},"));

        var status = await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(MirrorRig.Unit, default);

        Assert.AreEqual((CopyState.Resyncing, 5L), (status.Value.Copies[copy].State, status.Value.Copies[copy].RemainingBytes));
    }

    [TestMethod]
    public async Task A_pool_that_calls_itself_online_is_degraded_by_its_drives_and_paths()
    {
        using var rig = new MirrorRig().Agreed("n1", 4, "n1");
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "connecting");
        rig.Commands.On("zpool status", MirrorRig.Status("ONLINE", "FAULTED"));

        var pool = (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value.Single();

        Assert.AreEqual((HealthLevel.Degraded, "ONLINE"), (pool.Health, pool.Native));
        Assert.IsTrue(pool.Remarks.Any(remark => remark.Contains("FAULTED", StringComparison.Ordinal)));
        Assert.IsTrue(pool.Remarks.Any(remark => remark.Contains("0 of 2 paths", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("ONLINE", false)]
    [DataRow("SUSPENDED", true)]
    public async Task A_pool_that_has_suspended_itself_says_so(string state, bool isSuspended)
    {
        using var rig = new MirrorRig().Agreed("n1", 4, "n1");
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status().Replace("\"name\":\"tank\",\"state\":\"ONLINE\",\"error_count\"", $"\"name\":\"tank\",\"state\":\"{state}\",\"error_count\"", StringComparison.Ordinal));
        Assert.AreEqual(isSuspended, (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value.Single().IsSuspended);
    }

    [TestMethod]
    public async Task A_pool_stands_on_this_node_s_drives_a_reset_of_this_node_would_not_mend_the_peer_s()
    {
        using var rig = new MirrorRig().Agreed("n1", 4, "n1");
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status(local: "FAULTED"));

        var pool = (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value.Single();

        Assert.AreEqual(rig.Device(MirrorRig.Local(1)), pool.Devices.Single(), "a drive that was given up holds nothing up");
    }

    [TestMethod]
    public async Task A_probe_names_everything_that_could_import_the_pool_behind_our_back()
    {
        using var rig = new MirrorRig();
        var etc = rig.Places.Etc;
        Directory.CreateDirectory(Path.Combine(etc, "zfs"));
        Directory.CreateDirectory(Path.Combine(etc, "pve"));
        await File.WriteAllTextAsync(Path.Combine(etc, "zfs", "zpool.cache"), "\0\u0001tank\0");
        await File.WriteAllTextAsync(Path.Combine(etc, "pve", "storage.cfg"), "zfspool: vms\n\tpool tank/vms\n\tcontent images\n");

        var health = (await rig.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(HealthLevel.Degraded, health.Level, string.Join('\n', health.Remarks));
        foreach (var word in new[] { "hostid", "zpool.cache", "storage.cfg" })
        {
            Assert.IsTrue(health.Remarks.Any(remark => remark.Contains(word, StringComparison.Ordinal)), word);
        }
    }

    [TestMethod]
    public void A_label_is_read_with_the_newest_group_of_its_device()
    {
        var label = Label.Parse(MirrorRig.Label(txg: 84, state: 1));

        Assert.AreEqual(new Label("tank", MirrorRig.PoolGuid, IsExported: true, 84, HostId: 0x0a0b0c02), label);
        Assert.IsNull(Label.Parse("failed to unpack label 0"));
    }

    [TestMethod]
    public void A_status_of_another_version_is_not_guessed_at()
    {
        var newer = PoolView.Parse("look", "tank", MirrorRig.Status().Replace("\"vers_major\":0", "\"vers_major\":1", StringComparison.Ordinal));

        Assert.AreEqual(FaultCode.Unparseable, newer.Fault?.Code);
    }
}
