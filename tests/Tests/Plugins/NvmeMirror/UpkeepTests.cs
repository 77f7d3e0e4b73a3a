using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class UpkeepTests
{
    [TestMethod]
    public async Task Frozen_writes_are_let_go_only_after_the_cluster_knows()
    {
        using var rig = await FrozenAsync();
        rig.Notes.BeforeWrite = () => Assert.IsFalse(rig.AnyGivenUp, "given up before it was recorded");

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
        Assert.AreEqual(100, rig.Certificate.Txg);
        Assert.IsTrue(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task Without_the_store_writes_stay_frozen()
    {
        using var rig = await FrozenAsync();
        rig.Notes.IsAway = true;

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, kept.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_writer_that_was_replaced_stays_frozen()
    {
        using var rig = await FrozenAsync();
        rig.Agreed("n2", 2, "n2");

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.NotWriter, kept.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
        Assert.AreEqual(new NodeId("n2"), rig.Certificate.Writer);
    }

    [TestMethod]
    public async Task A_writer_that_is_replaced_while_it_records_stays_frozen()
    {
        using var rig = await FrozenAsync();
        rig.Notes.BeforeWrite = () => rig.Agreed("n2", 2, "n1", "n2");

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_path_that_is_back_in_time_costs_nothing()
    {
        using var rig = Writing("connecting");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(1));
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsEmpty(rig.Notes.Written);
        Assert.IsFalse(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_path_that_is_back_before_it_is_recorded_is_given_up_all_the_same_for_nothing_else_would_certify_the_drive_again()
    {
        using var rig = await FrozenAsync();
        rig.Notes.BeforeRead = () =>
        {
            rig.Paths(0, "live");
            rig.Paths(1, "live");
        };

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
        Assert.IsTrue(rig.AnyGivenUp);
    }

    [TestMethod]
    public async Task A_drive_of_the_peer_that_ZFS_gave_up_takes_the_peer_off_the_certificate()
    {
        using var rig = Writing("live");
        rig.Commands.Replace("zpool status", MirrorRig.Status("ONLINE", "FAULTED"));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    [DataRow(101, "zpool online tank 12", "zpool online tank 22")]
    [DataRow(102, "zpool detach tank 12", "zpool detach tank 22")]
    public async Task A_half_that_returns_is_copied_in_part_or_whole_by_the_newest_group_on_any_of_its_drives(int txg, params string[] expected)
    {
        using var rig = Away();
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(1))}", MirrorRig.Label(txg));

        // If it wrote after the halves parted, that is recorded before anything is done.
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(txg > 101 ? 0 : 100, rig.Certificate.Txg);
        await rig.Upkeep.KeepAsync(default);

        foreach (var command in expected)
        {
            Assert.Contains(command, rig.Commands.Asked);
        }

        Assert.AreEqual(txg > 101, rig.Commands.Asked.Exists(line => line.StartsWith("zpool attach tank", StringComparison.Ordinal)));
        Assert.AreEqual(txg > 101, !rig.Commands.Asked.Exists(line => line.StartsWith("zpool online tank", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task While_one_of_its_drives_is_missing_none_comes_back()
    {
        using var rig = Away();
        File.Delete(rig.Device(MirrorRig.Remote(1)));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.DataPathUnavailable, kept.Fault?.Code);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.StartsWith("zpool online", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_drive_of_another_pool_is_left_alone()
    {
        using var rig = Away();
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Remote(0))}", MirrorRig.Label(guid: "77"));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(FaultCode.PreconditionFailed, kept.Fault?.Code);
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.Contains("labelclear", StringComparison.Ordinal) || line.Contains("online", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_drive_that_counts_errors_keeps_the_certificate_away_until_somebody_looked()
    {
        using var rig = Away();
        rig.Commands.Replace("zpool status", MirrorRig.Status().Replace("\"write_errors\":0", "\"write_errors\":2", StringComparison.Ordinal));

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.Contains("zpool scrub", kept.Fault!.NextStep);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    [DataRow("RESILVER", "SCANNING", 0, false)]
    [DataRow("RESILVER", "FINISHED", 2, false)]
    [DataRow("RESILVER", "FINISHED", 0, true)]
    [DataRow("RESILVER", "CANCELED", 0, false)]
    [DataRow("SCRUB", "FINISHED", 0, true)]
    [DataRow("SCRUB", "FINISHED", 2, false)]
    [DataRow("SCRUB", "SCANNING", 0, false, DisplayName = "what a scrub that runs has not reached may still be missing")]
    [DataRow("SCRUB", "CANCELED", 0, false)]
    [DataRow("ERRORSCRUB", "FINISHED", 0, false)]
    [DataRow("", "", 0, false)]
    public async Task The_certificate_is_made_out_again_only_when_all_was_copied(string function, string state, int errors, bool isCertified)
    {
        using var rig = Copied(new MirrorRig(), function.Length == 0 ? "" : MirrorRig.Scan(state, function, errors));

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(isCertified ? "n1,n2" : "n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task A_pool_whose_groups_reach_no_drive_of_the_peer_is_not_certified()
    {
        using var rig = Writing("live");
        rig.Agreed("n1", 1, "n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: MirrorRig.Scan("FINISHED")));

        await rig.Upkeep.KeepAsync(default);

        Assert.Contains("zpool sync tank", rig.Commands.Asked);
        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    [TestMethod]
    public async Task The_other_node_lets_the_writer_in_under_its_epoch_only()
    {
        using var rig = new MirrorRig().Agreed("n2", 7, "n1", "n2");

        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        var hosts = Path.Combine(rig.Places.Target, "subsystems", rig.Names.Subsystem(MirrorRig.Local(0)), "allowed_hosts");
        Assert.AreEqual("nqn.2026-11.io.nodeagent:site:host:n2:e7", Path.GetFileName(Directory.EnumerateFileSystemEntries(hosts).Single()));
        Assert.IsFalse(rig.Commands.Asked.Exists(line => line.Contains(MirrorRig.Secret, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task With_the_availability_profile_nobody_is_ever_certified()
    {
        using var rig = Copied(new MirrorRig("availability"), MirrorRig.Scan("FINISHED"));

        await rig.Upkeep.KeepAsync(default);
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", string.Join(',', rig.Certificate.InSync));
    }

    /// <summary>The peer's half is out of date since group 100, and its drives are reachable again.</summary>
    private static MirrorRig Away()
    {
        var rig = Writing("live");
        rig.Agreed("n1", 1, "n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE"));
        return rig;
    }

    /// <summary>The peer's half is out of date, all its drives are in their mirrors, and a group more reaches them.</summary>
    private static MirrorRig Copied(MirrorRig made, string scan)
    {
        var rig = Writing(made, "live");
        rig.Agreed("n1", 1, "n1");
        rig.PlugInPeer();
        rig.Commands.Replace("zpool status", MirrorRig.Status(scan: scan));
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        return rig;
    }

    /// <summary>No path lives for longer than writes have to wait.</summary>
    private static async Task<MirrorRig> FrozenAsync()
    {
        var rig = Writing("connecting");
        await rig.Upkeep.KeepAsync(default);
        Assert.IsEmpty(rig.Notes.Written);
        rig.Time.Advance(TimeSpan.FromSeconds(2));
        return rig;
    }

    private static MirrorRig Writing(string paths) => Writing(new MirrorRig(), paths);

    private static MirrorRig Writing(MirrorRig rig, string paths)
    {
        rig.Agreed("n1", 1, "n1", "n2");
        rig.Imported();
        rig.Paths(0, paths);
        rig.Paths(1, paths);
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());
        return rig;
    }
}
