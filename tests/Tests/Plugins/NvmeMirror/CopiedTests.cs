namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>A half that missed something is certified only after a copying or scrub that began after that.</summary>
[TestClass]
public sealed class CopiedTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    [TestMethod]
    [DataRow("RESILVER")]
    [DataRow("SCRUB")]
    public async Task Errors_that_were_cleared_are_not_copied_by_what_ended_before_them(string function)
    {
        using var rig = Copied("n1", "n2");
        Scanned(rig, "FINISHED", begun: 5, function, worn: MirrorRig.Remote(0));
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1", "5"), (InSync(rig), rig.Certificate.ScanBefore));

        Scanned(rig, "FINISHED", begun: 5, function);
        var kept = await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1", InSync(rig));
        Assert.Contains("a scrub begins", kept.Fault!.NextStep);

        Scanned(rig, "FINISHED", begun: 9, "SCRUB");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1,n2", null), (InSync(rig), rig.Certificate.ScanBefore));
    }

    [TestMethod]
    [DataRow("n1", DisplayName = "of the peer")]
    [DataRow("n2", DisplayName = "of the writer itself")]
    public async Task A_drive_that_counted_errors_while_it_was_copied_must_be_copied_again(string whole)
    {
        using var rig = Copied(whole);
        Scanned(rig, "SCANNING", begun: 5, worn: whole == "n1" ? MirrorRig.Remote(0) : MirrorRig.Local(0));
        await rig.Upkeep.KeepAsync(default);
        Scanned(rig, "FINISHED", begun: 5);
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((whole, "5"), (InSync(rig), rig.Certificate.ScanBefore));

        Scanned(rig, "FINISHED", begun: 9);
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1,n2", InSync(rig));
    }

    [TestMethod]
    public async Task A_drive_that_is_back_is_not_certified_by_a_copying_that_ended_before_it_left()
    {
        using var rig = Copied("n1");
        rig.Commands.Replace("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE", MirrorRig.Scan("FINISHED")));
        await rig.Upkeep.KeepAsync(default);
        Scanned(rig, "FINISHED", begun: 5);

        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    [DataRow("n1")]
    [DataRow("n2")]
    public async Task What_nobody_saw_when_it_was_recorded_is_noted_before_anything_comes_back(string whole)
    {
        using var rig = Copied(whole).ScanBefore(null);
        Scanned(rig, "FINISHED", begun: 5);

        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((whole, "5"), (InSync(rig), rig.Certificate.ScanBefore));
        var kept = await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual(whole, InSync(rig));
        Assert.Contains("a scrub begins", kept.Fault!.NextStep);
    }

    [TestMethod]
    [DataRow("n1", DisplayName = "the peer's half")]
    [DataRow("n2", DisplayName = "the writer's own half")]
    public async Task To_a_drive_that_missed_nothing_nothing_is_copied_and_after_a_while_one_scrub_begins(string whole)
    {
        using var rig = Copied(whole).ScanBefore("5");
        Scanned(rig, "FINISHED", begun: 5);
        rig.Commands.On("zpool scrub", "");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(0, Scrubs(rig), "ZFS may be about to copy");
        rig.Time.Advance(Idle);
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(1, Scrubs(rig));

        Scanned(rig, "SCANNING", begun: 9, "SCRUB");
        rig.Time.Advance(Idle);
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((1, whole), (Scrubs(rig), InSync(rig)));

        Scanned(rig, "FINISHED", begun: 9, "SCRUB");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1,n2", InSync(rig));
    }

    [TestMethod]
    public async Task A_scrub_that_was_cancelled_is_not_begun_again()
    {
        using var rig = Copied("n1").ScanBefore("5");
        Scanned(rig, "CANCELED", begun: 9, "SCRUB");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(Idle);
        var kept = await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual((0, "n1"), (Scrubs(rig), InSync(rig)));
        Assert.Contains("zpool scrub", kept.Fault!.NextStep);
    }

    [TestMethod]
    public async Task After_checksum_errors_no_copying_is_enough_for_it_brings_only_what_was_missed()
    {
        using var rig = Copied("n1", "n2");
        Scanned(rig, "FINISHED", begun: 5, worn: MirrorRig.Remote(0), counter: "checksum_errors");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1", true), (InSync(rig), rig.Certificate.NeedsScrub));

        Scanned(rig, "FINISHED", begun: 9);
        rig.Commands.On("zpool scrub", "");
        await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(Idle);
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1", 1), (InSync(rig), Scrubs(rig)));

        Scanned(rig, "FINISHED", begun: 12, "SCRUB");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1,n2", false), (InSync(rig), rig.Certificate.NeedsScrub));
    }

    [TestMethod]
    public async Task Checksum_errors_that_come_while_a_half_is_off_are_noted_too()
    {
        using var rig = Copied("n1").ScanBefore("5");
        Scanned(rig, "FINISHED", begun: 5, worn: MirrorRig.Remote(0), counter: "checksum_errors");

        await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(rig.Certificate.NeedsScrub);
    }

    [TestMethod]
    public async Task A_scan_of_before_does_not_count_after_a_power_cut_made_ZFS_forget_the_one_that_was_noted()
    {
        using var rig = Copied("n1").ScanBefore("50");
        Scanned(rig, "FINISHED", begun: 9, "SCRUB");

        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual(("n1", "9"), (InSync(rig), rig.Certificate.ScanBefore));

        Scanned(rig, "FINISHED", begun: 20, "SCRUB");
        await rig.Upkeep.KeepAsync(default);
        Assert.AreEqual("n1,n2", InSync(rig), "the next one counts");
    }

    [TestMethod]
    public void What_was_noted_is_read_back_and_older_certificates_have_nothing_noted()
    {
        using var rig = new MirrorRig().Agreed("n1", 1, "n1").ScanBefore("1700000000");

        Assert.AreEqual("1700000000", rig.Certificate.ScanBefore);
        Assert.DoesNotContain("scan", rig.ScanBefore(null).Notes.Note.Text);
        Assert.DoesNotContain("needsScrub", rig.Notes.Note.Text);
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static int Scrubs(MirrorRig rig) => rig.Commands.Asked.Count(line => line.StartsWith("zpool scrub", StringComparison.Ordinal));

    private static void Scanned(MirrorRig rig, string state, int begun, string function = "RESILVER", Guid? worn = null, string counter = "write_errors")
    {
        var status = MirrorRig.Status(scan: MirrorRig.Scan(state, function, begun: begun));
        if (worn is { } drive)
        {
            var none = $"\"{counter}\":0";
            var at = status.IndexOf(none, status.IndexOf(drive.ToString(), StringComparison.Ordinal), StringComparison.Ordinal);
            status = status.Remove(at, none.Length).Insert(at, $"\"{counter}\":2");
        }

        rig.Commands.Replace("zpool status", status);
    }

    /// <summary>All drives are in their mirrors, and a group more reaches those of the peer.</summary>
    private static MirrorRig Copied(params string[] inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync);
        rig.Imported();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.PlugInPeer();
        rig.Commands.On("zpool status", MirrorRig.Status()).On("zdb -l", MirrorRig.Label());
        var txg = 200;
        rig.Commands.Answering("zpool sync", () => rig.Commands.Replace("zdb -l", MirrorRig.Label(++txg)));
        return rig;
    }
}
