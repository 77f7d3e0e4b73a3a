using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>What the certificate says when drives, paths or the store fail at a bad moment.</summary>
[TestClass]
public sealed class CertificateSafetyTests
{
    [TestMethod]
    public async Task Writes_that_freeze_while_the_peer_is_not_certified_are_let_go_too()
    {
        using var rig = Writing("connecting", "n1");
        rig.Notes.BeforeWrite = () => Assert.IsFalse(rig.AnyGivenUp, "given up before it was recorded");
        await rig.Upkeep.KeepAsync(default);
        Assert.IsFalse(rig.AnyGivenUp);
        rig.Time.Advance(TimeSpan.FromSeconds(2));

        await rig.Upkeep.KeepAsync(default);

        // Written although it says so already: what is on its way to the store must not come true later.
        Assert.HasCount(1, rig.Notes.Written);
        Assert.IsTrue(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task Drives_that_were_given_up_hold_no_writes_and_are_not_let_go_again()
    {
        using var rig = Writing("live", "n1");
        Directory.Delete(Path.Combine(rig.Places.Class, "nvme"), recursive: true);
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(60));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    public async Task Paths_that_are_going_already_are_not_let_go_again()
    {
        using var rig = Writing("deleting", "n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    public async Task A_drive_of_another_pool_is_not_cleared_in_the_middle_of_a_copying()
    {
        using var rig = Writing("live", "n1");
        rig.PlugInPeer();
        rig.Notes.Note = new UnitNote((rig.Certificate with { Txg = 0 }).ToText(), rig.Notes.Note.Version + 1);
        rig.Commands.Replace("zpool status", MirrorRig.Status().Replace(MirrorRig.Remote(0).ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal));
        rig.Commands.Replace("zdb -l", MirrorRig.Label(guid: "77"));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.Contains("labelclear", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_certification_that_nobody_answered_cannot_come_true_after_the_peer_was_let_go()
    {
        using var rig = Healed();
        rig.Notes.NextIsLate = true;
        await rig.Upkeep.KeepAsync(default);
        Assert.IsNotNull(rig.Notes.Pending);
        rig.Paths(0, "connecting");
        rig.Paths(1, "connecting");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.Upkeep.KeepAsync(default);
        Assert.IsTrue(rig.AnyGivenUp);

        rig.Notes.CommitLate();

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task A_certification_that_nobody_answered_is_settled_before_anything_is_done_without_the_peer()
    {
        using var rig = Healed();
        rig.Notes.NextIsLate = true;
        await rig.Upkeep.KeepAsync(default);
        rig.Commands.Replace("zpool status", MirrorRig.Status("ONLINE", "FAULTED"));
        rig.Commands.Replace("zdb -l", MirrorRig.Label());
        await rig.Upkeep.KeepAsync(default);
        Assert.Contains("zpool online tank 22", rig.Commands.Asked);

        rig.Notes.CommitLate();

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task A_copying_that_was_cut_off_goes_on_from_where_the_halves_parted_again()
    {
        using var rig = Writing("live", "n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("SCANNING")));
        await rig.Upkeep.KeepAsync(default);
        rig.Committed(500);

        await FreezeAsync(rig);

        Assert.AreEqual(500, rig.Certificate.Txg);
    }

    [TestMethod]
    public async Task Drives_that_were_not_back_in_the_pool_keep_the_group_at_which_they_parted()
    {
        using var rig = Writing("live", "n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "ONLINE"));
        await rig.Upkeep.KeepAsync(default);
        rig.Committed(500);

        await FreezeAsync(rig);

        Assert.HasCount(1, rig.Notes.Written);
        Assert.AreEqual(100, rig.Certificate.Txg);
    }

    [TestMethod]
    public async Task A_drive_of_this_node_that_ZFS_gave_up_leaves_the_peer_alone_on_the_certificate()
    {
        using var rig = Writing("live", "n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(local: "FAULTED"));

        await rig.Upkeep.KeepAsync(default);
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n2", InSync(rig));
        Assert.HasCount(1, rig.Notes.Written);
    }

    [TestMethod]
    public async Task Drives_lost_on_both_nodes_leave_nobody_on_the_certificate()
    {
        using var rig = Writing("live", "n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(second: "FAULTED", local: "FAULTED"));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.InSync);
    }

    [TestMethod]
    public async Task The_only_whole_half_is_never_given_up()
    {
        using var rig = Writing("connecting", "n2");

        await FreezeAsync(rig);

        Assert.AreEqual("n2", InSync(rig));
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_writer_whose_half_was_mended_is_certified_again()
    {
        using var rig = Healed();
        rig.Agreed("n1", 1, "n2");

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1,n2", InSync(rig));
    }

    [TestMethod]
    public async Task A_copying_that_began_by_itself_takes_the_peer_off_the_certificate_and_a_scrub_does_not()
    {
        using var rig = Writing("live", "n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("SCANNING", "SCRUB")));
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1,n2", InSync(rig));
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("SCANNING")));

        await rig.Upkeep.KeepAsync(default);

        Assert.DoesNotContain("n2", rig.Certificate.InSync);
    }

    [TestMethod]
    public async Task A_certificate_from_the_strict_profile_does_not_outlive_it()
    {
        using var rig = new MirrorRig("availability").Agreed("n1", 1, "n1", "n2");
        rig.Imported();
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow("ctrl_loss_tmo", "30")]
    [DataRow("fast_io_fail_tmo", "5")]
    [DataRow("hostnqn", "nqn.of.somebody")]
    public async Task A_path_that_does_not_hold_writes_keeps_the_peer_off_the_certificate(string file, string text)
    {
        using var rig = Healed();
        await File.WriteAllTextAsync(Path.Combine(rig.Places.Class, "nvme", "nvme1", file), text + "\n");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1", InSync(rig));
        rig.Agreed("n1", 1, "n1", "n2");

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow("\"write_errors\":0", "\"no_errors\":0")]
    [DataRow("\"error_count\":0", "\"no_count\":0")]
    [DataRow("\"checksum_errors\":0", "\"checksum_errors\":0,\"resilver_deferred\":\"true\"")]
    [DataRow("\"vdev_type\":\"root\"", "\"vdev_type\":\"root\",\"rebuild_stats\":{\"state\":\"ACTIVE\"}")]
    public async Task What_the_status_does_not_say_or_still_owes_certifies_nobody(string said, string instead)
    {
        using var rig = Healed();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")).Replace(said, instead, StringComparison.Ordinal));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow("strict", "30")]
    [DataRow("availability", "off")]
    public async Task A_path_or_profile_that_does_not_hold_writes_makes_no_half_whole_that_was_not(string profile, string limit)
    {
        using var rig = Writing(new MirrorRig(profile), "live", "n2");
        await File.WriteAllTextAsync(Path.Combine(rig.Places.Class, "nvme", "nvme1", "ctrl_loss_tmo"), limit + "\n");

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Certificate.InSync);
    }

    [TestMethod]
    public async Task A_drive_that_is_away_is_recorded_also_when_nothing_is_counted_for_it()
    {
        using var rig = Writing("live", "n1", "n2");
        rig.Commands.Replace("zpool status", MirrorRig.Status(second: "REMOVED").Replace(
            "\"REMOVED\",\"read_errors\":0,\"write_errors\":0,\"checksum_errors\":0", "\"REMOVED\"", StringComparison.Ordinal));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task A_pool_that_is_imported_has_the_steady_timing()
    {
        using var rig = Writing("live", "n1", "n2");
        var interval = Path.Combine(rig.Places.ZfsParameters, "zfs_multihost_interval");
        await File.WriteAllTextAsync(interval, "100");

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("200", await File.ReadAllTextAsync(interval));
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static async Task FreezeAsync(MirrorRig rig)
    {
        rig.Paths(0, "connecting");
        rig.Paths(1, "connecting");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        await rig.Upkeep.KeepAsync(default);
    }

    /// <summary>All was copied; the next step certifies.</summary>
    private static MirrorRig Healed()
    {
        var rig = Writing("live", "n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")));
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        return rig;
    }

    private static MirrorRig Writing(string paths, params string[] inSync) => Writing(new MirrorRig(), paths, inSync);

    private static MirrorRig Writing(MirrorRig rig, string paths, params string[] inSync)
    {
        rig.Agreed("n1", 1, inSync);
        rig.Imported();
        rig.Paths(0, paths);
        rig.Paths(1, paths);
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());
        return rig;
    }
}
