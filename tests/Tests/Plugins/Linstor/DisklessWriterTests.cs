using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>The writer's own disk has failed: it goes on over the network, and what runs there had better run where the disk is.</summary>
[TestClass]
public sealed class DisklessWriterTests
{
    [TestMethod]
    [DataRow("Diskless")]
    [DataRow("Failed")]
    public async Task It_is_told_to_leave_once_it_is_recorded_that_the_other_copy_alone_is_whole(string disk)
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Disk = disk;

        var before = await LeaveBecauseAsync(rig);
        await rig.KeepAsync();

        Assert.IsNull(before, "the certificate still covers this copy");
        Assert.AreEqual("n2", rig.InSync);
        Assert.Contains("its disk on n1 has failed", await LeaveBecauseAsync(rig) ?? "");
    }

    [TestMethod]
    [DataRow("Diskless", "Connecting", "UpToDate", "no", "n2", "Primary", DisplayName = "the other is away: writes wait for it")]
    [DataRow("Diskless", "Connected", "Outdated", "no", "n2", "Primary", DisplayName = "the other copy is old")]
    [DataRow("Diskless", "Connected", "UpToDate", "no-data", "n2", "Primary", DisplayName = "writes stand still: nothing could be unmounted")]
    [DataRow("Diskless", "Connected", "UpToDate", "no", "", "Primary", DisplayName = "nobody is certified")]
    [DataRow("Inconsistent", "Connected", "UpToDate", "no", "n2", "Primary", DisplayName = "its disk is being filled")]
    [DataRow("UpToDate", "Connected", "UpToDate", "no", "n1,n2", "Primary", DisplayName = "all is well")]
    [DataRow("Diskless", "Connected", "UpToDate", "no", "n2", "Secondary", DisplayName = "it is closed")]
    public async Task It_is_not_where_nothing_would_be_won_or_something_lost(string disk, string connection, string peerDisk, string suspended, string inSync, string role)
    {
        using var rig = new DrbdRig().Writing(inSync.Split(',', StringSplitOptions.RemoveEmptyEntries));
        (rig.Kernel.Disk, rig.Kernel.Connection, rig.Kernel.PeerDisk, rig.Kernel.Suspended, rig.Kernel.Role) = (disk, connection, peerDisk, suspended, role);

        Assert.IsNull(await LeaveBecauseAsync(rig));
    }

    [TestMethod]
    public async Task It_is_closed_in_order_and_the_record_stays()
    {
        using var rig = new DrbdRig().Writing("n2");
        rig.Kernel.Disk = "Diskless";

        var closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual(("Secondary", "n2"), (rig.Kernel.Role, rig.InSync));
    }

    [TestMethod]
    public async Task The_other_opens_it_alone_while_the_failed_disk_is_connected()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1");
        rig.Kernel.PeerDisk = "Diskless";

        var opened = await rig.PromoteAsync();

        Assert.IsTrue(opened.IsOk, opened.Fault?.ToString());
        Assert.AreEqual(("Primary", "n1"), (rig.Kernel.Role, rig.InSync));
        Assert.DoesNotContain("primary --force data", rig.Kernel.Changes);
    }

    [TestMethod]
    [DataRow("UpToDate", null, "/dev/vg/data")]
    [DataRow("Inconsistent", "UpToDate", "/dev/vg/data /dev/vg/data2")]
    [DataRow("Diskless", "UpToDate", "/dev/vg/data2")]
    [DataRow("Failed", null, "")]
    public async Task Disks_that_the_kernel_waits_for_are_told_so_that_one_that_hangs_is_seen(string disk, string? second, string devices)
    {
        using var rig = new DrbdRig("block").Writing("n1", "n2");
        (rig.Kernel.Disk, rig.Kernel.SecondDisk) = (disk, second);

        var pool = (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value.Single();

        Assert.AreEqual((devices, DrbdRig.Unit), (string.Join(' ', pool.Devices), pool.Unit));
    }

    private static async Task<string?> LeaveBecauseAsync(DrbdRig rig) => (await rig.Backend.Ability<IReplicationStatus>()!.ReadStatusAsync(DrbdRig.Unit, default)).Value.LeaveBecause;
}
