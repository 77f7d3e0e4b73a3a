using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>The disk of the only whole copy is not there at a look. Whether that says anything depends on whether it was there since the boot.</summary>
[TestClass]
public sealed class LateDiskTests
{
    [TestMethod]
    public async Task What_was_seen_in_the_middle_of_coming_up_takes_nobody_off()
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1");
        (rig.Kernel.Disk, rig.Kernel.Connection) = ("Diskless", "");
        var halfUp = (await rig.Kernel.RunAsync(new Command("drbdsetup", ["events2", "--now", "--statistics", "all"]), default)).Value.Output;
        rig.Kernel.IsThere = false;
        var up = new TaskCompletionSource();
        rig.Kernel.Hangs = ("drbdadm up", up.Task);
        await LookAsync(rig);

        // The list is made before "up" ends, and is read after that.
        rig.Kernel.Says = ("drbdsetup", halfUp);
        rig.Kernel.Before["drbdsetup events2"] = () =>
        {
            up.TrySetResult();
            Assert.IsTrue(SpinWait.SpinUntil(() => rig.Kernel.Disk == "Consistent", TimeSpan.FromSeconds(30)));
        };
        await LookAsync(rig);
        (rig.Kernel.Says, rig.Kernel.Hangs) = (null, null);
        rig.Kernel.Before.Clear();
        await rig.KeepAsync(5);

        Assert.AreEqual(("Consistent", "n1"), (rig.Kernel.Disk, rig.InSync));
    }

    [TestMethod]
    public async Task A_disk_that_comes_late_at_boot_costs_its_copy_nothing()
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1").Booted("second");
        (rig.Kernel.IsThere, rig.Kernel.FailsToComeUp, rig.Kernel.LeavesItThere) = (false, 3, true);

        var told = await rig.KeepAsync(15);
        Assert.AreEqual(("Diskless", "n1", false), (rig.Kernel.Disk, rig.InSync, told.IsOk));
        await rig.KeepAsync(60);

        Assert.AreEqual(("Consistent", "n1"), (rig.Kernel.Disk, rig.InSync));
        Assert.IsTrue((await rig.PromoteAsync()).IsOk);
    }

    [TestMethod]
    [DataRow("Attaching")]
    [DataRow("Negotiating")]
    public async Task One_that_somebody_began_to_attach_was_not_there_yet(string passing)
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1").Booted("second");
        (rig.Kernel.Connection, rig.Kernel.Disk, rig.Kernel.FailsToComeUp) = ("Connecting", passing, 9);
        await rig.KeepAsync();
        rig.Kernel.Disk = "Diskless";

        await rig.KeepAsync(3);

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    [DataRow("second", true, "", DisplayName = "it was there since this boot, and another agent saw it")]
    [DataRow("third", true, "n1", DisplayName = "it was there before this boot")]
    [DataRow("second", false, "n1", DisplayName = "it was not there since this boot")]
    public async Task A_disk_that_has_gone_takes_its_copy_off_and_one_that_has_not_come_does_not(string boot, bool wasThere, string expected)
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1").Booted("second");
        (rig.Kernel.Connection, rig.Kernel.Disk, rig.Kernel.FailsToComeUp) = ("Connecting", wasThere ? "Consistent" : "Diskless", 9);
        await rig.KeepAsync(2);
        Assert.AreEqual("n1", rig.InSync);

        rig.Booted(boot).Restart();
        rig.Kernel.Disk = "Diskless";
        await rig.KeepAsync(2);

        Assert.AreEqual(expected, rig.InSync);
    }

    [TestMethod]
    [DataRow("Connected")]
    [DataRow("Connecting")]
    public async Task Without_its_disk_but_connected_the_peer_may_write_on_alone(string connection)
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2").Booted("second");
        (rig.Kernel.Connection, rig.Kernel.Disk) = (connection, "Diskless");

        await rig.KeepAsync(2);

        Assert.AreEqual(connection == "Connected" ? "n2" : "n1,n2", rig.InSync);
    }

    [TestMethod]
    [DataRow("n1", "n1,n2", false, DisplayName = "this node wrote it last")]
    [DataRow("n1", "n1", false, DisplayName = "this node wrote it last, alone")]
    [DataRow("n2", "n1,n2", true, DisplayName = "the other did, and may still hold writes for this copy: it connects after a while")]
    public async Task The_disk_of_a_second_volume_that_comes_late_is_attached_and_only_then_is_it_connected(string writer, string inSync, bool waits)
    {
        using var rig = HalfThere(writer, inSync);
        rig.Kernel.FailsToComeUp = 2;

        await rig.KeepAsync(15);
        Assert.AreEqual(("Diskless", "", inSync), (rig.Kernel.SecondDisk, rig.Kernel.Connection, rig.InSync));
        await rig.KeepAsync(7);
        Assert.AreEqual(("Consistent", waits ? "" : "Connecting"), (rig.Kernel.SecondDisk, rig.Kernel.Connection));
        await rig.KeepAsync(12);

        Assert.AreEqual(("Connecting", inSync), (rig.Kernel.Connection, rig.InSync));
        Assert.DoesNotContain("attach data/0", rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task What_was_claimed_to_count_alone_and_never_opened_gets_its_disks_and_stays_parted()
    {
        using var rig = HalfThere("n1", "n1");
        await File.WriteAllBytesAsync(Path.Combine(rig.Context().StateDirectory, "parted-data"), []);

        await rig.KeepAsync(30);

        Assert.AreEqual(("Consistent", ""), (rig.Kernel.SecondDisk, rig.Kernel.Connection));
    }

    [TestMethod]
    public async Task A_disk_that_was_taken_away_since_the_boot_is_not_attached_again_by_a_new_agent()
    {
        using var rig = HalfThere("n1", "n1,n2");
        rig.Kernel.SecondDisk = "Consistent";
        await rig.KeepAsync(2);
        rig.Restart();
        rig.Kernel.SecondDisk = "Diskless";

        await rig.KeepAsync(15);

        Assert.IsEmpty(rig.Kernel.Changes);
    }

    // "up" failed at the second volume, and did not get to connecting.
    private static DrbdRig HalfThere(string writer, string inSync)
    {
        var rig = new DrbdRig("block").Agreed(writer, 5, inSync.Split(',')).Booted("second");
        (rig.Kernel.Disk, rig.Kernel.SecondDisk, rig.Kernel.Connection, rig.Kernel.PeerRole, rig.Kernel.PeerDisk) = ("Consistent", "Diskless", "", "Unknown", "DUnknown");
        return rig;
    }

    private static async Task LookAsync(DrbdRig rig)
    {
        var look = rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        _ = await look;
    }
}
