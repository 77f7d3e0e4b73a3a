using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>The writer's own disk has failed and it writes on through this node: its agent may die before it has recorded that.</summary>
[TestClass]
public sealed class PeerDiskTests
{
    [TestMethod]
    [DataRow("Diskless")]
    [DataRow("Failed")]
    public async Task A_copy_that_gets_all_writes_takes_a_writer_without_its_disk_off(string disk)
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        (rig.Kernel.PeerRole, rig.Kernel.PeerDisk) = ("Primary", disk);

        var kept = await rig.KeepAsync();

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual((new NodeId("n2"), "n1"), (rig.Certificate.Writer, rig.InSync));
    }

    [TestMethod]
    [DataRow("Connecting", "UpToDate", "Diskless", "n1,n2", DisplayName = "not connected: what it knew may be old")]
    [DataRow("Connected", "Consistent", "Diskless", "n1,n2", DisplayName = "this copy may not be the newest")]
    [DataRow("Connected", "UpToDate", "Inconsistent", "n1,n2", DisplayName = "it is being copied to, and its writer knows")]
    [DataRow("Connected", "UpToDate", "Diskless", "n2", DisplayName = "this copy is not certified: no copy would be left")]
    public async Task It_takes_nobody_off_where_that_is_not_certain(string connection, string disk, string peerDisk, string inSync)
    {
        using var rig = new DrbdRig().Agreed("n2", 5, inSync.Split(','));
        (rig.Kernel.Connection, rig.Kernel.Disk, rig.Kernel.PeerDisk) = (connection, disk, peerDisk);

        await rig.KeepAsync(3);

        Assert.AreEqual(inSync, rig.InSync);
    }

    [TestMethod]
    [DataRow("n2", "UpToDate", "Diskless", "", DisplayName = "not certified itself: it acknowledges what the only certified copy does not get")]
    [DataRow("n2", "UpToDate", "Inconsistent", "")]
    [DataRow("n1,n2", "Failed", "Diskless", "", DisplayName = "both disks failed between two looks: nobody knows which first")]
    [DataRow("n1,n2", "Failed", "UpToDate", "n2")]
    [DataRow("n2", "Diskless", "UpToDate", "n2")]
    [DataRow("n2", "UpToDate", "Negotiating", "n2", DisplayName = "what passes by at a connection is no word")]
    public async Task A_writer_takes_every_copy_off_that_it_sees_is_not_whole(string inSync, string disk, string peerDisk, string expected)
    {
        using var rig = new DrbdRig().Writing(inSync.Split(','));
        (rig.Kernel.PeerRole, rig.Kernel.Disk, rig.Kernel.PeerDisk) = ("Secondary", disk, peerDisk);

        await rig.KeepAsync(3);

        Assert.AreEqual(expected, rig.InSync);
    }

    [TestMethod]
    public async Task A_disk_that_is_back_when_the_certificate_was_read_is_not_taken_off()
    {
        // The store took its time: what was seen before may be long past, and certified since.
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDisk = "Diskless";
        var looks = 0;
        rig.Kernel.Before["drbdsetup events2"] = () => rig.Kernel.PeerDisk = ++looks > 1 ? "UpToDate" : "Diskless";

        await rig.KeepAsync(3);

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task Who_records_that_it_goes_on_alone_at_that_moment_is_not_undone()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDisk = "Diskless";
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n2", 5, "n2");
        };

        await rig.KeepAsync();

        Assert.AreEqual("n2", rig.InSync);
    }
}
