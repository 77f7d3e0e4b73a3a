using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>The disk of a node that does not write does not flush: only that node can see it, and its copy must not count.</summary>
[TestClass]
public sealed class FlushTests
{
    [TestMethod]
    public async Task A_certified_copy_whose_disk_does_not_flush_takes_itself_off_and_parts()
    {
        using var rig = Reading();
        await rig.KeepAsync(3);
        Assert.AreEqual(("n1,n2", "Connected"), (rig.InSync, rig.Kernel.Connection));
        rig.Kernel.DiskOptions = "disk-flushes no;";

        var kept = await rig.KeepAsync(21);

        Assert.AreEqual(("n2", "", FaultCode.PreconditionFailed), (rig.InSync, rig.Kernel.Connection, kept.Fault?.Code));
        Assert.Contains("disk-flushes yes", kept.Fault!.Why);
        Assert.Contains("drbdadm invalidate data", kept.Fault.NextStep);
        Assert.AreEqual("disconnect data", string.Join('|', rig.Kernel.Changes), "nothing of it is given up");
    }

    [TestMethod]
    public async Task It_is_recorded_before_it_parts()
    {
        using var rig = Reading();
        rig.Kernel.DiskOptions = "disk-flushes no;";
        List<string> inSync = [];
        rig.Kernel.Before["drbdadm disconnect"] = () => inSync.Add(rig.InSync);

        await rig.KeepAsync(2);

        Assert.AreEqual("n2", string.Join('|', inSync), "parted once, and after the record");
    }

    [TestMethod]
    public async Task Right_options_alone_do_not_bring_it_back_and_a_restart_forgets_nothing()
    {
        using var rig = await ApartAsync();
        rig.Restart();

        var kept = await rig.KeepAsync(60);

        Assert.AreEqual(("n2", "", "UpToDate"), (rig.InSync, rig.Kernel.Connection, rig.Kernel.Disk));
        Assert.Contains("drbdadm invalidate data", kept.Fault!.NextStep);
    }

    [TestMethod]
    public async Task Given_up_by_a_person_it_is_connected_and_copied_anew()
    {
        using var rig = await ApartAsync();
        rig.Kernel.Disk = "Inconsistent";
        rig.Kernel.Asked.Clear();

        var kept = await rig.KeepAsync(5);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual("invalidate data|connect data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task Connected_by_somebody_else_and_certified_it_takes_itself_off_again()
    {
        using var rig = await ApartAsync();
        rig.Kernel.PeerReturns();
        _ = rig.Agreed("n2", 5, "n1", "n2");

        await rig.KeepAsync(2);

        Assert.AreEqual(("n2", ""), (rig.InSync, rig.Kernel.Connection));
    }

    [TestMethod]
    public async Task After_a_boot_it_is_brought_up_without_connecting()
    {
        using var rig = await ApartAsync();
        rig.Kernel.IsThere = false;
        rig.Booted("second").Restart();

        await rig.KeepAsync(30);

        Assert.AreEqual(("Consistent", ""), (rig.Kernel.Disk, rig.Kernel.Connection));
        Assert.DoesNotContain("up data", rig.Kernel.Changes);
        Assert.DoesNotContain("connect data", rig.Kernel.Changes);
    }

    [TestMethod]
    [DataRow("n1", DisplayName = "it is the only one that is certified")]
    [DataRow("n2", DisplayName = "it is not certified")]
    public async Task Nothing_is_done_to_a_copy_that_is_the_only_one_or_counts_for_nothing(string inSync)
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, inSync).Booted("first");
        rig.Kernel.DiskOptions = "disk-flushes no;";

        await rig.KeepAsync(30);

        Assert.AreEqual(inSync, rig.InSync);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    private static DrbdRig Reading()
    {
        var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2").Booted("first");
        rig.Kernel.PeerRole = "Primary";
        return rig;
    }

    // It took itself off, and its options are right again.
    private static async Task<DrbdRig> ApartAsync()
    {
        var rig = Reading();
        rig.Kernel.DiskOptions = "disk-flushes no;";
        await rig.KeepAsync(2);
        rig.Kernel.DiskOptions = "";
        return rig;
    }
}
