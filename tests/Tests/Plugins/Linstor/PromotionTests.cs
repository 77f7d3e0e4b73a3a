using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class PromotionTests
{
    [TestMethod]
    public async Task A_move_with_the_peer_there_keeps_both_copies_in_the_certificate_and_forces_nothing()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual((Role.Writer, new Epoch(6)), (promoted.Value.Role, promoted.Value.Epoch));
        Assert.AreEqual((new NodeId("n1"), "n1,n2"), (rig.Certificate.Writer, rig.InSync));
        Assert.AreEqual($"primary data|mount -o noatime -- {rig.Places.Devices}/drbd0 {rig.Mountpoint}/data/0", string.Join('|', rig.Kernel.Changes));
        Assert.AreEqual(UnixFileMode.OtherExecute, File.GetUnixFileMode(rig.Mountpoint) & UnixFileMode.OtherExecute);
    }

    [TestMethod]
    public async Task A_takeover_records_the_peer_parts_from_it_forces_and_connects_again()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("n1", rig.InSync);
        Assert.AreEqual("disconnect data|primary --force data|connect data", string.Join('|', rig.Kernel.Changes));
        Assert.AreEqual("Connecting", rig.Kernel.Connection);
    }

    [TestMethod]
    public async Task After_a_boot_a_copy_that_can_ask_nobody_is_taken_if_the_certificate_covers_it()
    {
        using var rig = new DrbdRig("block").Agreed("n1", 5, "n1");
        rig.Kernel.PeerDies().IsThere = false;

        var promoted = await rig.PromoteAsync(5);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("up data|disconnect data|primary --force data|connect data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    [DataRow("Inconsistent")]
    [DataRow("Outdated")]
    [DataRow("Diskless")]
    [DataRow("Failed")]
    [DataRow("SomethingNew")]
    public async Task A_copy_that_the_kernel_does_not_hold_for_whole_is_never_forced(string disk)
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies().Disk = disk;

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    [TestMethod]
    public async Task A_peer_that_comes_back_at_that_moment_and_copies_over_stops_it()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.Before["drbdadm disconnect"] = () => rig.Kernel.Disk = "Inconsistent";

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.AreEqual("disconnect data|connect data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    [DataRow(false, DisplayName = "the peer, rebooted, connects between the look and the disconnect")]
    [DataRow(true, DisplayName = "this node's agent is killed after the claim, and the peer is back when it starts again")]
    public async Task A_takeover_that_came_to_nothing_does_not_end_with_two_whole_copies_that_nobody_may_open(bool isKilled)
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.Before["drbdadm disconnect"] = () =>
        {
            rig.Kernel.Before.Remove("drbdadm disconnect");
            rig.Kernel.Disk = "Inconsistent";
            rig.Kernel.DiesAfter = isKilled ? 1 : null;
        };
        Assert.IsFalse((await rig.PromoteAsync()).IsOk);
        Assert.IsFalse(rig.Kernel.Asked.Exists(line => line.Contains("--force", StringComparison.Ordinal)), "nothing was written here");
        rig.Restart();

        // The peer was primary when it lost power: what its activity log names is copied to here. Then both are the same.
        (rig.Kernel.Connection, rig.Kernel.PeerRole, rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("Connected", "Secondary", "UpToDate", "SyncTarget");
        await rig.KeepAsync(5);
        rig.Kernel.Disk = "UpToDate";
        rig.Kernel.PeerReturns();
        await rig.KeepAsync(120);

        Assert.AreNotEqual("", rig.InSync, "no node may ever open it again");
        var promoted = await rig.PromoteAsync(7);
        Assert.IsTrue(promoted.IsOk || rig.Certificate.Covers(new NodeId("n2")), promoted.Fault?.ToString());
    }

    [TestMethod]
    [DataRow("refused", "n1,n2", DisplayName = "the kernel refuses: both copies are as they were")]
    [DataRow("disk", "n2", DisplayName = "the disk here fails while the store is written: the peer's copy is whole")]
    [DataRow("hand", "n2", DisplayName = "somebody connects it by hand, and the peer copies to here")]
    public async Task A_claim_that_was_not_made_use_of_is_given_back(string what, string inSync)
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.RefusesForce = what == "refused";
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Kernel.Disk = what == "disk" ? "Diskless" : rig.Kernel.Disk;
            if (what == "hand")
            {
                (rig.Kernel.Connection, rig.Kernel.Disk, rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("Connected", "Inconsistent", "UpToDate", "SyncTarget");
            }
        };

        var promoted = await rig.PromoteAsync();

        // The writer is not given back: whoever that was must never be let go on.
        Assert.AreEqual(FaultCode.DataPathUnavailable, promoted.Fault?.Code);
        Assert.AreEqual((new NodeId("n1"), new Epoch(6), inSync), (rig.Certificate.Writer, rig.Certificate.Epoch, rig.InSync));
        Assert.AreEqual(("Secondary", true), (rig.Kernel.Role, rig.Kernel.Connection.Length > 0));
    }

    [TestMethod]
    public async Task A_force_that_nobody_answered_is_not_taken_back()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Kernel.LosesAnswer = "primary --force";

        var promoted = await rig.PromoteAsync();
        var (role, inSync) = (rig.Kernel.Role, rig.InSync);
        await rig.KeepAsync();

        Assert.AreEqual((FaultCode.TimedOut, "Primary", "n1", "Connecting"), (promoted.Fault?.Code, role, inSync, rig.Kernel.Connection));
    }

    [TestMethod]
    public async Task Killed_between_claim_and_force_no_peer_may_copy_over_it_until_it_was_opened()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.BeforeWrite = () => (rig.Notes.BeforeWrite, rig.Kernel.DiesAfter) = (null, 1);
        await rig.PromoteAsync();
        rig.Restart();

        var kept = await rig.KeepAsync(5);
        Assert.AreEqual((FaultCode.PreconditionFailed, "", "n1"), (kept.Fault?.Code, rig.Kernel.Connection, rig.InSync));
        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(("Primary", "Connecting"), (rig.Kernel.Role, rig.Kernel.Connection));
    }

    [TestMethod]
    [DataRow(0, DisplayName = "its disk is there at once")]
    [DataRow(2, DisplayName = "its disk comes late")]
    public async Task Killed_between_claim_and_force_and_rebooted_it_still_waits_for_its_next_promotion(int late)
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2").Booted("first");
        rig.Kernel.PeerDies();
        rig.Notes.BeforeWrite = () => (rig.Notes.BeforeWrite, rig.Kernel.DiesAfter) = (null, 1);
        await rig.PromoteAsync();
        (rig.Kernel.IsThere, rig.Kernel.FailsToComeUp) = (false, late);
        rig.Booted("second").Restart();

        var kept = await rig.KeepAsync(60);
        Assert.AreEqual((FaultCode.PreconditionFailed, "Consistent", "", "n1"), (kept.Fault?.Code, rig.Kernel.Disk, rig.Kernel.Connection, rig.InSync));
        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual(("Primary", "Connecting"), (rig.Kernel.Role, rig.Kernel.Connection));
        Assert.DoesNotContain("up data", rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task Killed_and_rebooted_it_is_opened_without_having_connected_first()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.BeforeWrite = () => (rig.Notes.BeforeWrite, rig.Kernel.DiesAfter) = (null, 1);
        await rig.PromoteAsync();
        rig.Kernel.IsThere = false;
        rig.Restart();
        rig.Kernel.Asked.Clear();

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("new-resource data|sh-new-minor data|attach data|primary --force data|connect data", string.Join('|', rig.Kernel.Changes));
    }

    [TestMethod]
    [DataRow("n2", "n2")]
    [DataRow("n1", "n2")]
    [DataRow("n2", "")]
    public async Task A_copy_that_is_not_certified_is_never_taken(string writer, string inSync)
    {
        using var rig = new DrbdRig().Agreed(writer, 5, inSync.Split(',', StringSplitOptions.RemoveEmptyEntries));

        var plan = await rig.Roles.PlanPromoteAsync(DrbdRig.Unit, default);
        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(LossConfidence.Unknown, plan.Value.Loss.Confidence);
        Assert.IsNotEmpty(plan.Value.Blockers);
        Assert.AreEqual(FaultCode.WouldLoseWrites, promoted.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
    }

    [TestMethod]
    public async Task Two_primaries_are_refused_and_nothing_is_claimed()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerRole = "Primary";

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.NotWriter, promoted.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    [TestMethod]
    public async Task A_dead_peer_that_the_kernel_still_takes_for_primary_is_waited_for()
    {
        using var rig = new DrbdRig("block").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.PeerRole = "Primary";
        var looks = 0;
        rig.Kernel.Before["drbdsetup events2"] = () =>
        {
            if (++looks == 4)
            {
                rig.Kernel.PeerDies();
            }
        };

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.AreEqual("n1", rig.InSync);
    }

    [TestMethod]
    public async Task The_store_away_or_another_faster_stops_it_before_anything_is_changed()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Notes.IsAway = true;
        var away = await rig.PromoteAsync();
        rig.Notes.IsAway = false;
        rig.Notes.BeforeWrite = () =>
        {
            // The writer lives and records at this moment that it goes on alone.
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n2", 5, "n2");
        };
        var beaten = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, away.Fault?.Code);
        Assert.AreEqual(FaultCode.PreconditionFailed, beaten.Fault?.Code);
        Assert.IsEmpty(rig.Kernel.Changes);
        Assert.AreEqual("n2", rig.InSync);
    }

    [TestMethod]
    public async Task Older_epochs_and_foreign_grants_are_refused_also_after_the_store_forgot()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        await rig.PromoteAsync();
        rig.Agreed("n2", 3, "n1", "n2");

        var older = await rig.PromoteAsync(5);
        var foreign = await rig.Roles.PromoteAsync(DrbdRig.Grant(7, "n2"), null, default);
        rig.Agreed("n2", 6, "n1", "n2");
        var same = await rig.PromoteAsync(6);

        Assert.AreEqual(FaultCode.StaleEpoch, older.Fault?.Code);
        Assert.AreEqual(FaultCode.NotWriter, foreign.Fault?.Code);
        Assert.AreEqual(FaultCode.NotWriter, same.Fault?.Code);
    }

    [TestMethod]
    public async Task A_stay_that_never_ended_is_not_gone_on_with()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Role = "Primary";

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        Assert.Contains("Reset", promoted.Fault!.NextStep);
    }

    [TestMethod]
    [DataRow("9.3.3", "9.34.0", "resource-and-stonith", "/bin/false", FaultCode.Unsupported)]
    [DataRow(null, "9.22.0", "resource-and-stonith", "/bin/false", FaultCode.Unsupported)]
    [DataRow("8.4.11", "9.30.0", "resource-and-stonith", "/bin/false", FaultCode.Unsupported)]
    [DataRow("8.4.11", "9.22.0", "dont-care", "/bin/false", FaultCode.PreconditionFailed)]
    [DataRow("8.4.11", "9.22.0", "resource-and-stonith", "/usr/lib/drbd/crm-fence-peer.sh", FaultCode.PreconditionFailed)]
    public async Task Unknown_versions_and_unsafe_options_fail_towards_not_running(string? module, string tools, string fencing, string handler, FaultCode code)
    {
        using var rig = new DrbdRig(module: module).Agreed("n2", 5, "n1", "n2");
        (rig.Kernel.Tools, rig.Kernel.Fencing, rig.Kernel.Handler) = (tools, fencing, handler);

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(code, promoted.Fault?.Code);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
        Assert.IsFalse(rig.Kernel.Changes.Any(line => line.StartsWith("primary", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Killed_at_any_step_the_next_try_finishes(bool isPeerDead)
    {
        for (var steps = 1; steps < 14; steps++)
        {
            using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
            if (isPeerDead)
            {
                rig.Kernel.PeerDies();
            }

            rig.Kernel.DiesAfter = steps;
            var killed = await rig.PromoteAsync();
            rig.Restart();
            var again = await rig.PromoteAsync();

            // Nobody promotes it twice: what the first life left to do, the upkeep does.
            await rig.KeepAsync(2);
            Assert.IsTrue(again.IsOk, $"killed after {steps} ({killed}): {again.Fault}");
            Assert.AreEqual(("Primary", isPeerDead ? "n1" : "n1,n2", isPeerDead ? "Connecting" : "Connected"), (rig.Kernel.Role, rig.InSync, rig.Kernel.Connection), $"killed after {steps}");
        }
    }

    [TestMethod]
    public async Task A_certificate_that_was_replaced_between_the_claim_and_the_kernels_word_closes_it_again()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Before["drbdadm primary data"] = () => rig.Agreed("n2", 9, "n2");

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual((FaultCode.NotWriter, "Secondary"), (promoted.Fault?.Code, rig.Kernel.Role));
        Assert.IsFalse(rig.Kernel.Changes.Any(line => line.StartsWith("mount ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_certificate_that_is_gone_between_the_claim_and_the_kernels_word_closes_it_again()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Before["drbdadm primary data"] = () => rig.Notes.Note = new UnitNote("", rig.Notes.Note.Version + 1);

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual((FaultCode.NotWriter, "Secondary"), (promoted.Fault?.Code, rig.Kernel.Role));
        Assert.IsFalse(rig.Kernel.Changes.Any(line => line.StartsWith("mount ", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_store_that_does_not_answer_after_the_claim_says_nothing_against_it()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.Before["drbdadm primary data"] = () => rig.Notes.IsAway = true;

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
    }

    [TestMethod]
    [DataRow("n2", "this node's copy misses", "Bring n2 back")]
    [DataRow("", "no copy is certified", "nodeagent volume resolve data --keep NODE --plan")]
    public async Task A_refusal_says_whose_copy_is_whole_or_how_one_is_chosen(string inSync, string why, string next)
    {
        using var rig = new DrbdRig().Agreed("n2", 5, inSync.Split(',', StringSplitOptions.RemoveEmptyEntries));

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.WouldLoseWrites, promoted.Fault?.Code);
        Assert.Contains(why, promoted.Fault!.Why);
        Assert.Contains(next, promoted.Fault.NextStep);
    }
}
