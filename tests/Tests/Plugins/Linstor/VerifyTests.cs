using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>Both copies of a volume are compared on a schedule, by the node that does not write, and only while all is well.</summary>
[TestClass]
public sealed class VerifyTests
{
    private const string Begin = "drbdsetup verify 0 --start=0";
    private const string Compared = " verified: 25.0% (768/1024)K\n";

    [TestMethod]
    public async Task Without_the_option_nothing_is_compared()
    {
        using var rig = Reading(every: null);

        await rig.KeepAsync(3000);

        Assert.AreEqual(0, Begun(rig));
    }

    [TestMethod]
    public async Task A_calm_resource_is_compared_whole_and_again_after_the_time_that_was_asked_for()
    {
        using var rig = Reading();
        await rig.KeepAsync(600);
        Assert.AreEqual(0, Begun(rig), "before it was calm for long enough");

        var begun = await rig.KeepAsync();
        Assert.IsTrue(begun.IsOk, begun.Fault?.ToString());
        Assert.AreEqual((1, "VerifyS"), (Begun(rig), rig.Kernel.Replication));

        await rig.KeepAsync(100);
        rig.Kernel.Replication = "Established";
        var ended = rig.Time.GetUtcNow();
        await rig.KeepAsync(3000);
        Assert.AreEqual((1, "n1,n2"), (Begun(rig), rig.InSync));
        Assert.AreEqual($"Both copies of volume 0 were last compared from here on {ended:yyyy-MM-dd HH:mm:ss} UTC: 0 bytes differed.", (await PoolAsync(rig)).Remarks.Single());
        Assert.AreEqual(HealthLevel.Ok, (await PoolAsync(rig)).Health);

        rig.Time.Advance(TimeSpan.FromDays(7));
        await rig.KeepAsync(700);
        Assert.AreEqual(2, Begun(rig));
    }

    [TestMethod]
    public async Task One_that_ends_between_two_looks_has_ended()
    {
        using var rig = Reading();
        await rig.KeepAsync(601);
        rig.Kernel.Replication = "Established";

        await rig.KeepAsync();

        Assert.Contains("0 bytes differed", (await PoolAsync(rig)).Remarks.Single());
    }

    [TestMethod]
    public async Task The_node_that_writes_never_begins_it()
    {
        // What begins it waits for writes that are on their way, and keeps "resume-io" from letting them go.
        using var rig = Reading().Writing("n1", "n2");
        rig.Kernel.PeerRole = "Secondary";

        await rig.KeepAsync(3000);

        Assert.AreEqual(0, Begun(rig));
    }

    [TestMethod]
    [DataRow("the other copy is not certified")]
    [DataRow("this copy is not certified")]
    [DataRow("written here last")]
    [DataRow("open nowhere")]
    [DataRow("not connected")]
    [DataRow("being copied")]
    [DataRow("they differ")]
    [DataRow("writes stand still")]
    [DataRow("a rollback did not end")]
    [DataRow("parted by the agent")]
    [DataRow("somebody compares already")]
    [DataRow("the kernel lacks a volume")]
    public async Task While_not_all_is_well_nothing_is_compared(string trouble)
    {
        using var rig = Reading();
        switch (trouble)
        {
            case "the other copy is not certified": _ = rig.Agreed("n2", 5, "n1"); break;
            case "this copy is not certified": (_, rig.Kernel.Fencing) = (rig.Agreed("n2", 5, "n2"), "dont-care"); break;
            case "written here last": _ = rig.Agreed("n1", 5, "n1", "n2"); break;
            case "open nowhere": rig.Kernel.PeerRole = "Secondary"; break;
            case "not connected": (rig.Kernel.Connection, rig.Kernel.Replication) = ("Connecting", "Off"); break;
            case "being copied": (rig.Kernel.Replication, rig.Kernel.Disk) = ("PausedSyncT", "UpToDate"); break;
            case "they differ": rig.Kernel.OutOfSync = 4; break;
            case "writes stand still": rig.Kernel.Suspended = "user"; break;
            case "a rollback did not end": File.WriteAllText(rig.StateFile("going-back-data"), ""); break;
            case "parted by the agent": (rig.Kernel.Connection, _) = ("Connecting", Mark(rig.StateFile("parted-data"))); break;
            case "somebody compares already": rig.Kernel.Replication = "VerifyT"; break;
            case "the kernel lacks a volume": rig.Kernel.Named = "0\n1\n"; break;
            default: Assert.Fail(trouble); break;
        }

        await rig.KeepAsync(3000);

        Assert.AreEqual(0, Begun(rig));
    }

    [TestMethod]
    public async Task Trouble_that_is_over_is_waited_after()
    {
        using var rig = Reading();
        await rig.KeepAsync(590);
        (rig.Kernel.Replication, rig.Kernel.Disk) = ("SyncTarget", "Inconsistent");
        await rig.KeepAsync(5);
        (rig.Kernel.Replication, rig.Kernel.Disk) = ("Established", "UpToDate");
        _ = rig.Agreed("n2", 5, "n1", "n2");

        await rig.KeepAsync(600);
        Assert.AreEqual(0, Begun(rig));
        await rig.KeepAsync(2);
        Assert.AreEqual(1, Begun(rig));
    }

    [TestMethod]
    [DataRow("SyncSource")]
    [DataRow("VerifyT")]
    public async Task While_another_resource_is_copied_or_compared_it_waits(string replication)
    {
        using var rig = Reading();
        (rig.Kernel.Twin, rig.Kernel.TwinReplication) = ("twin", replication);

        await rig.KeepAsync(700);
        Assert.AreEqual(0, Begun(rig));
        rig.Kernel.TwinReplication = "Established";
        await rig.KeepAsync();
        Assert.AreEqual(1, Begun(rig));
    }

    [TestMethod]
    public async Task Of_two_resources_that_are_due_one_is_compared_and_then_the_other()
    {
        using var rig = Reading();
        (rig.Kernel.Twin, rig.More["resources"]) = ("twin", "data=filesystem,twin=block");
        rig.Restart();

        await rig.KeepAsync(700);
        Assert.AreEqual(1, Verifications(rig));
        (rig.Kernel.Replication, rig.Kernel.TwinReplication) = ("Established", "Established");
        await rig.KeepAsync(700);
        Assert.AreEqual(2, Verifications(rig));
        Assert.AreEqual(1, Begun(rig));
    }

    [TestMethod]
    [DataRow(true, DisplayName = "the connection is lost")]
    [DataRow(false, DisplayName = "nobody looked")]
    public async Task One_that_was_not_seen_to_its_end_does_not_count_and_is_not_begun_again_for_a_day(bool isCut)
    {
        using var rig = Reading();
        await rig.KeepAsync(610);
        Assert.AreEqual(1, Begun(rig));
        if (isCut)
        {
            _ = rig.Kernel.PeerDies();
            await rig.KeepAsync();
            (rig.Kernel.Connection, rig.Kernel.PeerRole, rig.Kernel.PeerDisk) = ("Connected", "Primary", "UpToDate");
        }
        else
        {
            rig.Time.Advance(TimeSpan.FromSeconds(20));
        }

        rig.Kernel.Replication = "Established";
        await rig.KeepAsync(3000);
        Assert.AreEqual((1, 0), (Begun(rig), (await PoolAsync(rig)).Remarks.Count));

        rig.Time.Advance(TimeSpan.FromDays(1));
        await rig.KeepAsync();
        Assert.AreEqual(2, Begun(rig));
    }

    [TestMethod]
    public async Task When_it_was_done_is_known_after_a_restart()
    {
        using var rig = Reading();
        await rig.KeepAsync(610);
        rig.Kernel.Replication = "Established";
        await rig.KeepAsync();
        rig.Restart();

        await rig.KeepAsync(3000);

        Assert.AreEqual((1, 1), (Begun(rig), (await PoolAsync(rig)).Remarks.Count));
    }

    [TestMethod]
    public async Task What_cannot_be_noted_is_not_begun()
    {
        using var rig = Reading();
        Directory.CreateDirectory(rig.StateFile("verified-data.new"));

        var kept = await rig.KeepAsync(601);

        Assert.AreEqual((0, FaultCode.DataPathUnavailable), (Begun(rig), kept.Fault?.Code));
    }

    [TestMethod]
    public async Task A_note_of_the_future_was_made_by_a_wrong_clock()
    {
        using var rig = Reading();
        var later = rig.Time.GetUtcNow().AddYears(3).ToUnixTimeSeconds();
        File.WriteAllText(rig.StateFile("verified-data"), $"0 {later} {later} 0\nrubbish\n");

        await rig.KeepAsync(601);

        Assert.AreEqual(1, Begun(rig));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task Without_an_algorithm_it_is_not_begun_and_doctor_says_the_line(bool isNine)
    {
        using var rig = Reading(isNine);
        rig.Kernel.VerifyAlgorithm = "";

        var kept = await rig.KeepAsync(3000);

        Assert.IsTrue(kept.IsOk, kept.Fault?.ToString());
        Assert.AreEqual(0, Verifications(rig));
        var lines = (await rig.Backend.ProbeAsync(default)).Value.Remarks.Where(remark => remark.Contains("verify-alg", StringComparison.Ordinal));
        Assert.Contains("Resource data: net { verify-alg crc32c; } is missing", lines.Single());
    }

    [TestMethod]
    public async Task Without_the_option_no_algorithm_is_asked_for()
    {
        using var rig = Reading(every: null);
        rig.Kernel.VerifyAlgorithm = "";

        Assert.IsEmpty((await rig.Backend.ProbeAsync(default)).Value.Remarks);
    }

    [TestMethod]
    public async Task DRBD_9_is_asked_for_the_peer_that_has_the_other_copy()
    {
        using var rig = Reading(isNine: true);

        await rig.KeepAsync(601);

        Assert.AreEqual("verify --start=0 data:n2/0", rig.Kernel.Changes.Single());
    }

    [TestMethod]
    [DataRow("VerifyS", "n2", "n1", "Secondary", DisplayName = "here")]
    [DataRow("VerifyT", "n1", "n2", "Primary", DisplayName = "on the other node")]
    public async Task How_far_it_is_is_told_on_both_nodes(string replication, string writer, string peerIs, string role)
    {
        using var rig = Reading().Agreed(writer, 5, "n1", "n2");
        (rig.Kernel.Replication, rig.Kernel.Role, rig.Kernel.PeerRole) = (replication, role, peerIs == "n1" ? "Primary" : "Secondary");
        Assert.AreEqual(new PoolActivity("scrub", null, 1 << 20), (await PoolAsync(rig)).Activity);

        File.WriteAllText(rig.Places.Overview, $"version: 8.4.11\n 0: cs:{replication} ro:Secondary/Primary ds:UpToDate/UpToDate C r-----\n    ns:0 nr:0 oos:0\n\t[====>...............]{Compared} 1: cs:Connected\n");

        Assert.AreEqual(new PoolActivity("scrub", 1 << 18, 1 << 20), (await PoolAsync(rig)).Activity);
    }

    [TestMethod]
    public async Task DRBD_9_tells_it_itself()
    {
        using var rig = Reading(isNine: true);
        (rig.Kernel.Replication, rig.Kernel.Done) = ("VerifyS", "50.00");

        Assert.AreEqual(new PoolActivity("scrub", 1 << 19, 1 << 20), (await PoolAsync(rig)).Activity);
    }

    [TestMethod]
    public async Task What_is_found_while_it_runs_takes_the_other_copy_off_the_certificate_and_the_remedy_waits_for_its_end()
    {
        // The node that writes: the other one has begun it.
        using var rig = Reading().Writing("n1", "n2");
        (rig.Kernel.PeerRole, rig.Kernel.Replication) = ("Secondary", "VerifyT");
        await rig.KeepAsync(10);
        Assert.AreEqual("n1,n2", rig.InSync);
        rig.Kernel.OutOfSync = 8;

        var kept = await rig.KeepAsync(2);

        Assert.AreEqual("n1", rig.InSync);
        Assert.Contains("On n2: 'drbdadm invalidate data', once the comparison of the copies has ended.", kept.Fault!.NextStep);
        rig.Kernel.Replication = "Established";
        Assert.Contains("'drbdadm invalidate data'. ", (await rig.KeepAsync()).Fault!.NextStep);
    }

    [TestMethod]
    public async Task What_it_found_is_told_until_the_next_one()
    {
        using var rig = Reading();
        await rig.KeepAsync(610);
        (rig.Kernel.Replication, rig.Kernel.OutOfSync) = ("Established", 8);
        await rig.KeepAsync();
        rig.Kernel.OutOfSync = 0;

        Assert.Contains("8192 bytes differed", (await PoolAsync(rig)).Remarks.Single());
    }

    [TestMethod]
    [DataRow(" 3: cs:VerifyS ro:\n    ns:0 oos:0\n\t[>....................] verified:  0.5% (1/2)M\n", "0.005")]
    [DataRow(" 3: cs:VerifyS ro:\n    ns:0 oos:0\n 4: cs:VerifyS\n    oos:0\n\t verified: 50.0%\n", null, DisplayName = "another device's")]
    [DataRow(" 3: cs:VerifyS ro:\n    ns:0 oos:0\n\t verified: many%\n", null)]
    [DataRow(" 3: cs:SyncTarget ro:\n    ns:0 oos:0\n\t sync'ed: 50.0%\n", null)]
    [DataRow("", null)]
    public void How_far_it_is_is_read_from_the_devices_own_lines(string text, string? done) =>
        Assert.AreEqual(done is null ? null : decimal.Parse(done, System.Globalization.CultureInfo.InvariantCulture), Overview.Compared(text, 3));

    // This node has the other copy of what n2 writes; all is well.
    private static DrbdRig Reading(bool isNine = false, string? every = "7d")
    {
        var rig = new DrbdRig(module: isNine ? "9.2.19" : "8.4.11").Agreed("n2", 5, "n1", "n2");
        (rig.Kernel.PeerRole, rig.Kernel.VerifyAlgorithm, rig.Kernel.IsNine) = ("Primary", "crc32c", isNine);
        if (every is not null)
        {
            rig.More["verify"] = every;
        }

        if (isNine)
        {
            (rig.More["trust_untried_drbd9"], rig.Kernel.Tools) = ("true", "9.28.0");
        }

        rig.Restart();
        return rig;
    }

    private static bool Mark(string file)
    {
        File.WriteAllText(file, "");
        return true;
    }

    private static int Begun(DrbdRig rig) => rig.Kernel.Asked.Count(line => line == Begin);

    private static int Verifications(DrbdRig rig) => rig.Kernel.Asked.Count(line => line.Contains(" verify ", StringComparison.Ordinal));

    private static async Task<PoolReport> PoolAsync(DrbdRig rig) => (await rig.Backend.Ability<IPools>()!.ListPoolsAsync(default)).Value[0];
}
