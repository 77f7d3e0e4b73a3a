using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class DemotionTests
{
    [TestMethod]
    public async Task Closing_unmounts_becomes_secondary_and_keeps_both_copies_certified()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");

        var closed = await rig.DemoteAsync();
        var again = await rig.DemoteAsync();

        Assert.AreEqual(Role.Reader, closed.Value.Role);
        Assert.AreEqual(Role.Reader, again.Value.Role);
        Assert.AreEqual($"umount -- {rig.Mountpoint}/data/0|secondary data", string.Join('|', rig.Kernel.Changes));
        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task Frozen_writes_are_let_go_first_and_recorded_before_that()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("resume-io data", rig.Kernel.Changes.First());
        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task Frozen_without_the_store_nothing_is_tried_that_would_hang()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.IsAway = true;

        var closed = await rig.DemoteAsync();

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, closed.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
        Assert.AreEqual("Primary", rig.Kernel.Role);
    }

    [TestMethod]
    public async Task A_device_that_somebody_holds_is_told_and_still_a_writer()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Before["drbdadm secondary"] = () => File.AppendAllText(rig.Places.Mounts, "41 1 147:0 / /elsewhere rw - ext4 /dev/drbd0 rw\n");

        var closed = await rig.DemoteAsync();

        Assert.AreEqual(FaultCode.InUse, closed.Fault?.Code);
        Assert.AreEqual(Role.Writer, (await rig.Roles.GetRoleAsync(DrbdRig.Unit, default)).Value.Role);
    }

    [TestMethod]
    public async Task A_device_that_udev_looks_at_for_a_moment_after_the_unmount_is_asked_for_again()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Openers = 1;

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("Secondary", rig.Kernel.Role);
    }

    [TestMethod]
    public async Task A_peer_whose_disk_failed_in_the_last_writes_is_recorded()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Before["umount"] = () => rig.Kernel.PeerDisk = "Diskless";

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    [DataRow("n2", DisplayName = "it was recorded while it wrote on through the peer")]
    [DataRow("n1,n2", DisplayName = "it failed in the last writes")]
    public async Task A_disk_of_this_node_that_failed_never_takes_the_peer_off(string certified)
    {
        using var rig = new DrbdRig().Writing(certified.Split(','));
        rig.Kernel.Before["umount"] = () => rig.Kernel.Disk = "Diskless";

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual(("Secondary", "n2"), (rig.Kernel.Role, rig.InSync));
    }

    [TestMethod]
    public async Task Where_both_disks_failed_no_copy_alone_is_called_whole()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.Disk, rig.Kernel.PeerDisk) = ("Diskless", "Failed");

        Assert.IsTrue((await rig.DemoteAsync()).IsOk);

        Assert.AreEqual("", rig.InSync);
    }

    [TestMethod]
    public async Task Killed_at_any_step_the_next_try_finishes()
    {
        for (var steps = 1; steps < 6; steps++)
        {
            using var rig = new DrbdRig().Writing("n1", "n2");
            rig.Kernel.DiesAfter = steps;
            await rig.DemoteAsync();
            rig.Restart();

            var closed = await rig.DemoteAsync();

            Assert.IsTrue(closed.IsOk, $"killed after {steps}: {closed.Fault}");
            Assert.AreEqual(("Secondary", "n1,n2"), (rig.Kernel.Role, rig.InSync));
        }
    }
}
