using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class GrowthTests
{
    private const long Larger = 64 << 20;

    [TestMethod]
    public async Task A_volume_grows_on_both_nodes_and_its_filesystem_with_it()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        Assert.IsTrue((await rig.Drbd.PromoteAsync(1)).IsOk);

        var grown = await rig.ExpandAsync(Larger);
        var same = await rig.ExpandAsync(Larger);

        Assert.AreEqual(Larger, grown.IsOk ? grown.Value.Bytes : 0, grown.Fault?.ToString());
        Assert.IsTrue(same.IsOk);
        Assert.AreEqual("PUT resource-definitions/data/volume-definitions/0", string.Join(' ', rig.Ordered));
        Assert.Contains($"resize2fs {rig.Drbd.Places.Devices}/drbd0", rig.Drbd.Kernel.Asked);
    }

    [TestMethod]
    [DataRow("n1")]
    [DataRow("n2")]
    public async Task A_copy_whose_pool_cannot_hold_it_stops_it_before_anything_is_changed(string node)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Free[node] = (Larger / 1024) - 1024;

        var grown = await rig.ExpandAsync(Larger);

        Assert.AreEqual((FaultCode.OutOfSpace, node, "ssd"), (grown.Fault!.Code, grown.Fault.Facts["node"], grown.Fault.Facts["pool"]));
        Assert.IsEmpty(rig.Ordered);
    }

    [TestMethod]
    [DataRow("offline", FaultCode.PeerUnavailable)]
    [DataRow("copying", FaultCode.PreconditionFailed)]
    [DataRow("parted", FaultCode.PreconditionFailed)]
    [DataRow("gone", FaultCode.NotFound)]
    public async Task What_cannot_work_is_refused_before_anything_is_changed(string trouble, FaultCode code)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Nodes["n2"] = trouble == "offline" ? "OFFLINE" : "ONLINE";
        rig.Data.Disk = trouble == "copying" ? "Inconsistent" : "UpToDate";
        rig.Drbd.Kernel.Connection = trouble == "parted" ? "Connecting" : "Connected";
        if (trouble == "gone")
        {
            rig.World.Resources.Clear();
        }

        var grown = await rig.ExpandAsync(Larger);

        Assert.AreEqual(code, grown.Fault?.Code, grown.Fault?.ToString());
        Assert.IsEmpty(rig.Ordered);
    }

    [TestMethod]
    public async Task Volumes_do_not_shrink_and_old_grants_do_nothing()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();

        var smaller = await rig.ExpandAsync(1024);
        var stale = await rig.Drbd.Volumes.ExpandAsync(DrbdRig.Spec().Id, Larger, DrbdRig.Grant(0), default);
        var other = await rig.Drbd.Volumes.ExpandAsync(DrbdRig.Spec().Id, Larger, DrbdRig.Grant(9, "n2"), default);

        Assert.AreEqual((FaultCode.OutOfRange, FaultCode.StaleEpoch, FaultCode.NotWriter), (smaller.Fault?.Code, stale.Fault?.Code, other.Fault?.Code));
        Assert.IsEmpty(rig.Ordered);
    }

    [TestMethod]
    public async Task Half_done_is_told_as_half_done()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Says["PUT "] = [Rc.Good(3, "Volume definition with number '0' modified."), Rc.Bad(999, "(Node: 'n2') Failed to resize the logical volume.")];

        var grown = await rig.ExpandAsync(Larger);

        Assert.AreEqual((Retry.AfterLook, "true"), (grown.Fault!.Retry, grown.Fault.Facts["partlyDone"]));
    }

    [TestMethod]
    public async Task A_growth_that_nobody_answered_is_looked_at()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Controller.Swallows = request => request.StartsWith("PUT", StringComparison.Ordinal);

        var grown = await rig.ExpandAsync(Larger);
        rig.World.Says["PUT "] = [];
        var lost = await rig.ExpandAsync(2 * Larger);

        Assert.AreEqual(Larger, grown.IsOk ? grown.Value.Bytes : 0, grown.Fault?.ToString());
        Assert.AreEqual(FaultCode.TimedOut, lost.Fault?.Code);
        Assert.HasCount(2, rig.Ordered);
    }
}
