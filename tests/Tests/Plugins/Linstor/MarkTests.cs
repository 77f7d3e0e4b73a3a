using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Roles;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>Marks on disk say what was begun. One that stays too long, or that cannot be written, must do no harm either.</summary>
[TestClass]
public sealed class MarkTests
{
    [TestMethod]
    public void A_mark_is_there_after_it_was_set_and_gone_after_it_was_cleared_also_twice()
    {
        using var folder = new TempFolder();
        var mark = new ResourceMark(folder["mark"]);

        Assert.IsTrue(mark.Set().IsOk && mark.Set().IsOk && mark.IsSet);
        Assert.IsTrue(mark.Clear().IsOk && mark.Clear().IsOk && !mark.IsSet);
    }

    [TestMethod]
    public void A_mark_whose_folder_is_gone_is_a_fault_and_no_exception()
    {
        using var folder = new TempFolder();

        Assert.AreEqual(FaultCode.DataPathUnavailable, new ResourceMark(folder["no/mark"]).Set().Fault?.Code);
    }

    [TestMethod]
    [DataRow("Secondary", "UpToDate", "Established", false, DisplayName = "both copies are the same")]
    [DataRow("Primary", "Inconsistent", "SyncSource", false, DisplayName = "it was opened here")]
    [DataRow("Secondary", "Inconsistent", "SyncSource", true, DisplayName = "it was not opened, and the copies are not the same yet")]
    public async Task What_somebody_else_connected_is_not_taken_for_parted_by_the_agent_any_more(string role, string peerDisk, string replication, bool stays)
    {
        using var rig = new DrbdRig("block").Agreed("n1", 5, "n1");
        var mark = Path.Combine(rig.Context().StateDirectory, "parted-data");
        await File.WriteAllBytesAsync(mark, []);
        (rig.Kernel.Role, rig.Kernel.PeerDisk, rig.Kernel.Replication) = (role, peerDisk, replication);

        await rig.KeepAsync();

        Assert.AreEqual(stays, File.Exists(mark));
    }

    [TestMethod]
    public async Task A_split_brain_after_that_is_told_and_not_connected_again()
    {
        using var rig = new DrbdRig("block").Agreed("n1", 5, "n1");
        await File.WriteAllBytesAsync(Path.Combine(rig.Context().StateDirectory, "parted-data"), []);
        rig.Kernel.Role = "Primary";
        await rig.KeepAsync();
        (rig.Kernel.Connection, rig.Kernel.PeerRole, rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("StandAlone", "Unknown", "DUnknown", "Off");

        var kept = await rig.KeepAsync(3);

        Assert.AreEqual(FaultCode.Diverged, kept.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task Writes_of_one_volume_are_let_go_although_the_mark_cannot_be_written()
    {
        using var rig = Unwritable();
        rig.Kernel.PeerDies();

        for (var second = 0; second < 5; second++)
        {
            var kept = await rig.KeepAsync();
            Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        }

        Assert.AreEqual(("no", "n1"), (rig.Kernel.Suspended, rig.InSync));
    }

    [TestMethod]
    public async Task Writes_of_several_volumes_stay_frozen_without_the_mark_and_that_is_told_as_what_it_is()
    {
        using var rig = Unwritable();
        rig.Kernel.PeerDies();
        rig.Kernel.Says = ("drbdsetup",
            """
            exists resource name:data role:Primary suspended:fencing write-ordering:flush
            exists connection name:data peer-node-id:0 conn-name:peer connection:Connecting role:Unknown congested:no
            exists device name:data volume:0 minor:0 disk:UpToDate
            exists device name:data volume:1 minor:1 disk:UpToDate
            exists peer-device name:data peer-node-id:0 conn-name:peer volume:0 replication:Off peer-disk:DUnknown out-of-sync:0
            exists peer-device name:data peer-node-id:0 conn-name:peer volume:1 replication:Off peer-disk:DUnknown out-of-sync:0
            exists -

            """);

        var kept = await rig.KeepAsync(4);

        Assert.Contains("writes stay frozen", kept.Fault!.Why);
        Assert.Contains("state folder", kept.Fault.NextStep);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    // A folder in its place: nobody can write a file there, not even root.
    private static DrbdRig Unwritable()
    {
        var rig = new DrbdRig("block").Writing("n1", "n2");
        Directory.CreateDirectory(Path.Combine(rig.Context().StateDirectory, "thawing-data"));
        return rig;
    }
}
