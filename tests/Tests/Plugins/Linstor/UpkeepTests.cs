using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class UpkeepTests
{
    [TestMethod]
    public async Task Writes_that_freeze_go_on_only_after_the_peer_is_recorded_as_out_of_date()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();

        await rig.KeepAsync(2);
        Assert.AreEqual(("fencing", "n1,n2"), (rig.Kernel.Suspended, rig.InSync));
        var kept = await rig.KeepAsync();

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual(("no", "n1"), (rig.Kernel.Suspended, rig.InSync));
    }

    [TestMethod]
    public async Task A_connection_that_is_back_at_once_costs_nobody_the_certificate()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        await rig.KeepAsync();
        rig.Kernel.PeerReturns();

        await rig.KeepAsync(3);

        Assert.AreEqual("n1,n2", rig.InSync);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task Writes_that_freeze_under_a_mount_are_let_go_although_the_mount_cannot_be_killed()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.HangsWhileFrozen = true;
        rig.Kernel.Before["mount"] = () => rig.Kernel.PeerDies();

        var promoted = await rig.PromoteAsync();
        Assert.AreEqual((FaultCode.TimedOut, "fencing"), (promoted.Fault?.Code, rig.Kernel.Suspended));
        var kept = await rig.KeepAsync(30);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual(("no", "n1"), (rig.Kernel.Suspended, rig.InSync));
    }

    [TestMethod]
    public async Task Writes_that_freeze_under_an_unmount_are_let_go_although_the_unmount_cannot_be_killed()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.HangsWhileFrozen = true;
        rig.Kernel.Before["umount"] = () =>
        {
            rig.Kernel.Before.Remove("umount");
            rig.Kernel.PeerDies();
        };

        var closed = await rig.DemoteAsync();
        Assert.AreEqual((FaultCode.TimedOut, "fencing"), (closed.Fault?.Code, rig.Kernel.Suspended));
        await rig.KeepAsync(30);
        closed = await rig.DemoteAsync();

        Assert.IsTrue(closed.IsOk, closed.Fault?.ToString());
        Assert.AreEqual(("Secondary", "n1"), (rig.Kernel.Role, rig.InSync));
    }

    [TestMethod]
    public async Task Without_the_store_writes_stay_frozen()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.IsAway = true;

        var kept = await rig.KeepAsync(10);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, kept.Fault?.Code);
        Assert.AreEqual("fencing", rig.Kernel.Suspended);
    }

    [TestMethod]
    public async Task A_writer_that_was_replaced_stays_frozen()
    {
        using var rig = new DrbdRig().Writing("n1", "n2").Agreed("n2", 6, "n2");
        rig.Kernel.PeerDies();

        var kept = await rig.KeepAsync(10);

        Assert.AreEqual(FaultCode.NotWriter, kept.Fault?.Code);
        Assert.AreEqual("fencing", rig.Kernel.Suspended);
    }

    [TestMethod]
    public async Task Replaced_between_look_and_record_it_stays_frozen_too()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        await rig.KeepAsync(2);
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n2", 6, "n2");
        };

        var kept = await rig.KeepAsync();

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.AreEqual("fencing", rig.Kernel.Suspended);
        Assert.AreEqual("n2", rig.InSync);
    }

    [TestMethod]
    public async Task A_record_that_nobody_answered_lets_nothing_go()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        await rig.KeepAsync(2);
        rig.Notes.NextIsLate = true;

        var late = await rig.KeepAsync();
        Assert.AreEqual((FaultCode.TimedOut, "fencing"), (late.Fault?.Code, rig.Kernel.Suspended));
        await rig.KeepAsync(2);
        rig.Notes.CommitLate();

        Assert.AreEqual(("no", "n1"), (rig.Kernel.Suspended, rig.InSync));
    }

    [TestMethod]
    public async Task A_certification_that_nobody_answered_cannot_come_true_after_writes_went_on_alone()
    {
        using var rig = new DrbdRig().Writing("n1");
        await rig.KeepAsync();
        rig.Notes.NextIsLate = true;
        await rig.KeepAsync();
        rig.Kernel.PeerDies();

        await rig.KeepAsync(4);
        Assert.AreEqual("no", rig.Kernel.Suspended);
        rig.Notes.CommitLate();

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task A_certification_that_was_given_up_while_it_was_on_its_way_cannot_come_true_after_the_next_look()
    {
        using var rig = new DrbdRig().Writing("n1");
        await rig.KeepAsync();
        rig.Notes.NextIsCancelled = true;
        await Assert.ThrowsAsync<OperationCanceledException>(() => rig.KeepAsync());
        rig.Kernel.PeerDies().Suspended = "no";

        await rig.KeepAsync();
        rig.Notes.CommitLate();

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task A_copy_whose_own_disk_is_gone_never_goes_on_alone()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Disk = "Diskless";
        await rig.KeepAsync();
        Assert.AreEqual("n2", rig.InSync);
        rig.Kernel.PeerDies();

        var kept = await rig.KeepAsync(5);

        Assert.AreEqual((FaultCode.DataPathUnavailable, "fencing", "n2"), (kept.Fault?.Code, rig.Kernel.Suspended, rig.InSync));
    }

    [TestMethod]
    [DataRow("Diskless", "Established")]
    [DataRow("Inconsistent", "SyncSource")]
    [DataRow("UpToDate", "Ahead")]
    [DataRow("Outdated", "Off")]
    public async Task A_peer_that_does_not_get_every_write_is_recorded_at_once(string disk, string replication)
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication) = (disk, replication);

        await rig.KeepAsync();

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task Writes_that_somebody_else_let_go_are_recorded_at_once()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies().Suspended = "no";

        await rig.KeepAsync();

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task A_verification_takes_nobody_off()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.Replication = "VerifyS";

        await rig.KeepAsync(3);

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task A_copy_is_certified_again_when_it_was_seen_whole_twice()
    {
        using var rig = new DrbdRig().Writing("n1");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("Inconsistent", "SyncSource");
        await rig.KeepAsync(5);
        rig.Kernel.PeerReturns();

        await rig.KeepAsync();
        Assert.AreEqual("n1", rig.InSync);
        await rig.KeepAsync();

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task Seen_whole_parted_and_seen_whole_is_not_twice()
    {
        using var rig = new DrbdRig().Writing("n1");
        await rig.KeepAsync();
        rig.Kernel.PeerDies().Suspended = "no";
        await rig.KeepAsync();
        rig.Kernel.PeerReturns();
        await rig.KeepAsync();

        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task Unsafe_options_are_never_certified_and_cost_the_certificate()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        await rig.KeepAsync();
        rig.Kernel.Fencing = "dont-care";

        var kept = await rig.KeepAsync(40);

        Assert.AreEqual((FaultCode.PreconditionFailed, "n1"), (kept.Fault?.Code, rig.InSync));
        Assert.Contains("fencing resource-and-stonith", kept.Fault!.Why);
    }

    [TestMethod]
    public async Task Two_histories_are_told_and_never_solved()
    {
        using var rig = new DrbdRig().Writing("n1");
        (rig.Kernel.Connection, rig.Kernel.PeerDisk) = ("StandAlone", "DUnknown");

        var kept = await rig.KeepAsync(5);

        Assert.AreEqual(FaultCode.Diverged, kept.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task A_copy_that_is_not_whole_takes_itself_off_the_certificate()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Disk = "Diskless";

        await rig.KeepAsync();

        Assert.AreEqual((new NodeId("n2"), "n2"), (rig.Certificate.Writer, rig.InSync));
    }

    [TestMethod]
    public async Task A_copy_that_is_just_coming_up_or_whole_does_not()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        foreach (var disk in new[] { "Attaching", "Negotiating", "Consistent", "UpToDate" })
        {
            rig.Kernel.Disk = disk;
            await rig.KeepAsync();
        }

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    public async Task A_resource_that_is_down_is_brought_up_once_in_the_life_of_an_agent()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n2");
        rig.Kernel.IsThere = false;
        await rig.KeepAsync();
        rig.Kernel.IsThere = false;
        await rig.KeepAsync(5);

        Assert.AreEqual("up data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task A_copy_that_was_brought_up_to_date_after_its_writer_closed_is_certified_too()
    {
        // The writer closed (a stop, or a promotion that failed after it had recorded itself alone) while the other was copied to.
        using var rig = new DrbdRig().Agreed("n1", 5, "n1");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("Inconsistent", "SyncSource");
        await rig.KeepAsync(3);
        rig.Kernel.PeerReturns();

        await rig.KeepAsync(120);

        Assert.AreEqual("n1,n2", rig.InSync);
    }

    [TestMethod]
    [DataRow("n1", "", "Secondary", DisplayName = "no copy alone is whole: two that are the same may both miss something")]
    [DataRow("n1", "n2", "Secondary", DisplayName = "this copy is not known to be whole")]
    [DataRow("n2", "n1", "Secondary", DisplayName = "the other was the last writer")]
    [DataRow("n1", "n1", "Primary", DisplayName = "somebody else writes")]
    public async Task A_copy_that_does_not_write_certifies_only_what_it_closed_itself_and_whole(string writer, string inSync, string peerRole)
    {
        using var rig = new DrbdRig().Agreed(writer, 5, inSync.Split(',', StringSplitOptions.RemoveEmptyEntries));
        rig.Kernel.PeerRole = peerRole;

        await rig.KeepAsync(60);

        Assert.AreEqual(inSync, rig.InSync);
    }

    [TestMethod]
    public async Task A_closed_copy_is_certified_neither_after_one_look_nor_with_unsafe_options()
    {
        using var rig = new DrbdRig().Agreed("n1", 5, "n1");
        await rig.KeepAsync();
        Assert.AreEqual("n1", rig.InSync);
        rig.Kernel.Fencing = "dont-care";

        var kept = await rig.KeepAsync(60);

        Assert.AreEqual((FaultCode.PreconditionFailed, "n1"), (kept.Fault?.Code, rig.InSync));
    }

    [TestMethod]
    public async Task A_resource_that_could_not_be_brought_up_is_tried_again()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n2");
        (rig.Kernel.IsThere, rig.Kernel.FailsToComeUp) = (false, 1);

        Assert.IsFalse((await rig.KeepAsync()).IsOk);
        await rig.KeepAsync(120);

        Assert.IsTrue(rig.Kernel.IsThere);
    }

    [TestMethod]
    public async Task A_resource_that_came_up_without_its_disk_is_brought_up_again_but_not_one_that_somebody_detached()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n2");
        (rig.Kernel.IsThere, rig.Kernel.FailsToComeUp, rig.Kernel.LeavesItThere) = (false, 2, true);

        await rig.KeepAsync(15);
        Assert.AreEqual(("Diskless", 2), (rig.Kernel.Disk, rig.Kernel.Changes.Count()));
        await rig.KeepAsync(15);
        Assert.AreEqual("Consistent", rig.Kernel.Disk);
        rig.Kernel.Disk = "Diskless";
        await rig.KeepAsync(60);

        Assert.AreEqual("up data|up data|up data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    public async Task A_resource_whose_program_hangs_does_not_keep_another_from_going_on()
    {
        using var rig = new DrbdRig();
        rig.More["resources"] = "data=filesystem,slow=filesystem";
        rig.Restart();
        _ = rig.Writing("n1", "n2");
        var hung = new TaskCompletionSource();
        rig.Kernel.Hangs = ("drbdadm up slow", hung.Task);
        var first = rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsTrue((await first).IsOk);
        rig.Kernel.PeerDies();

        for (var second = 0; second < 8; second++)
        {
            var kept = rig.Upkeep.KeepAsync(default);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            first = kept;
            await kept;
        }

        Assert.AreEqual(("no", "n1"), (rig.Kernel.Suspended, rig.InSync), "its writes went on");
        Assert.Contains("resource slow", (await first).Fault!.What);
        hung.SetResult();
        await ((IAsyncDisposable)rig.Backend).DisposeAsync();
    }
}
