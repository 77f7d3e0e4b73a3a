namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>
/// A node is back from a boot while the writer still holds writes back for it: were it to connect, the kernel would acknowledge them
/// before anybody recorded that this copy does not have them.
/// </summary>
[TestClass]
public sealed class BootTests
{
    private const string Apart = "new-resource data|sh-new-minor data|attach data";

    [TestMethod]
    public async Task A_certified_copy_connects_only_after_its_writer_has_recorded_that_it_goes_on_alone()
    {
        using var rig = Booted("n2", "n1", "n2");

        await rig.KeepAsync(5);
        Assert.AreEqual(Apart, string.Join('|', rig.Kernel.Changes));
        _ = rig.Agreed("n2", 5, "n2");
        await rig.KeepAsync();

        Assert.AreEqual($"{Apart}|connect data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task Where_nothing_has_to_be_recorded_it_connects_after_a_moment()
    {
        using var rig = Booted("n2", "n1", "n2");

        await rig.KeepAsync(9);
        Assert.AreEqual("", rig.Kernel.Connection);
        await rig.KeepAsync(3);

        Assert.AreEqual(("Connecting", "n1,n2"), (rig.Kernel.Connection, rig.InSync));
    }

    [TestMethod]
    public async Task A_disk_that_comes_late_is_waited_for_before_it_connects()
    {
        using var rig = Booted("n2", "n1", "n2");
        rig.Kernel.FailsToComeUp = 3;

        await rig.KeepAsync(25);
        Assert.AreEqual(("Diskless", "", "n1,n2"), (rig.Kernel.Disk, rig.Kernel.Connection, rig.InSync));
        await rig.KeepAsync(25);

        Assert.AreEqual(("Consistent", "Connecting", "n1,n2"), (rig.Kernel.Disk, rig.Kernel.Connection, rig.InSync));
    }

    [TestMethod]
    [DataRow("n1", "n1,n2", DisplayName = "this node is the writer: nobody holds anything back")]
    [DataRow("n2", "n2", DisplayName = "it is recorded already")]
    public async Task Nobody_else_waits(string writer, string inSync)
    {
        using var rig = Booted(writer, inSync.Split(','));

        await rig.KeepAsync();

        Assert.AreEqual("up data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task An_agent_that_is_killed_meanwhile_leaves_no_copy_parted()
    {
        using var rig = Booted("n2", "n1", "n2");
        await rig.KeepAsync(2);
        rig.Restart();

        await rig.KeepAsync(15);

        Assert.AreEqual("Connecting", rig.Kernel.Connection);
    }

    [TestMethod]
    [DataRow(20, "n1,n2", DisplayName = "it is back in time")]
    [DataRow(30, "n1", DisplayName = "it is not: this node goes on alone")]
    public async Task After_a_power_cut_of_both_the_writer_waits_for_the_other_which_waits_for_a_record(int seconds, string inSync)
    {
        using var rig = new DrbdRig("block").Agreed("n1", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        var began = rig.Time.GetTimestamp();
        rig.Kernel.Before["drbdsetup events2"] = () =>
        {
            if (rig.Kernel.Connection == "Connecting" && rig.Time.GetElapsedTime(began) >= TimeSpan.FromSeconds(seconds))
            {
                rig.Kernel.PeerReturns();
            }
        };

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(("Primary", inSync), (rig.Kernel.Role, rig.InSync));
    }

    private static DrbdRig Booted(string writer, params string[] inSync)
    {
        var rig = new DrbdRig("block").Agreed(writer, 5, inSync).Booted("second");
        rig.Kernel.IsThere = false;
        return rig;
    }
}
