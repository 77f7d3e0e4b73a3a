using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class StatusTests
{
    [TestMethod]
    public async Task Copies_are_what_the_cluster_certified_also_with_the_peer_dead()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();

        var copies = await CopiesAsync(rig);

        Assert.AreEqual((CopyState.InSync, LossConfidence.ProvenZero), (copies[0].State, copies[0].Loss.Confidence));
        Assert.AreEqual((CopyState.InSync, LossConfidence.ProvenZero), (copies[1].State, copies[1].Loss.Confidence));
    }

    [TestMethod]
    public async Task What_is_copied_tells_what_is_left()
    {
        using var rig = new DrbdRig().Writing("n1");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication, rig.Kernel.OutOfSync) = ("Inconsistent", "SyncSource", 7);

        var copies = await CopiesAsync(rig);

        Assert.AreEqual((CopyState.Resyncing, 7L * 1024, LossConfidence.Unknown), (copies[1].State, copies[1].RemainingBytes, copies[1].Loss.Confidence));
    }

    [TestMethod]
    public async Task A_certificate_does_not_make_a_copy_good_that_the_kernel_calls_bad()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Disk = "Diskless";

        var copies = await CopiesAsync(rig);

        Assert.AreEqual((CopyState.Inconsistent, LossConfidence.Unknown), (copies[0].State, copies[0].Loss.Confidence));
    }

    [TestMethod]
    public async Task A_copy_that_is_not_certified_is_outdated_whatever_the_kernel_calls_it()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n2");

        Assert.AreEqual(CopyState.Outdated, (await CopiesAsync(rig))[0].State);
    }

    [TestMethod]
    public async Task The_pool_of_a_resource_tells_that_writes_wait()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.IsAway = true;
        await rig.KeepAsync(7);

        var pool = (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value.Single();

        Assert.AreEqual(HealthLevel.Degraded, pool.Health);
        Assert.IsTrue(pool.Remarks.Any(remark => remark.Contains("waited for n2 for 7 s", StringComparison.Ordinal)), string.Join('|', pool.Remarks));
    }

    [TestMethod]
    public async Task A_probe_names_every_option_that_must_be_otherwise_with_the_line_to_put()
    {
        using var rig = new DrbdRig();
        (rig.Kernel.Fencing, rig.Kernel.Handler, rig.Kernel.Extra) = ("resource-only", "/usr/lib/x", "    startup {\n        become-primary-on both;\n    }");

        var health = (await rig.Backend.ProbeAsync(default)).Value;

        Assert.AreEqual(HealthLevel.Failed, health.Level);
        foreach (var line in new[] { "disk { fencing resource-and-stonith; }", "handlers { fence-peer \"/bin/false\"; }", "become-primary-on" })
        {
            Assert.IsTrue(health.Remarks.Any(remark => remark.Contains(line, StringComparison.Ordinal)), line);
        }
    }

    [TestMethod]
    public async Task A_probe_of_a_good_node_is_ok_and_of_one_without_the_module_is_not()
    {
        using var good = new DrbdRig();
        using var bare = new DrbdRig(module: null);

        Assert.AreEqual((HealthLevel.Ok, "drbd 8.4.11, utils 9.22.0"), ((await good.Backend.ProbeAsync(default)).Value.Level, (await good.Backend.ProbeAsync(default)).Value.Version));
        Assert.AreEqual(HealthLevel.Failed, (await bare.Backend.ProbeAsync(default)).Value.Level);
    }

    private static async Task<IReadOnlyList<CopyStatus>> CopiesAsync(DrbdRig rig) =>
        (await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(DrbdRig.Unit, default)).Value.Copies;
}
