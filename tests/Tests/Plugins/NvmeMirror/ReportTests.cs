using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

[TestClass]
public sealed class ReportTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");

    [TestMethod]
    public async Task Before_the_first_step_there_is_nothing_to_tell()
    {
        using var rig = new MirrorRig().Agreed("n1", 1, "n1", "n2");

        Assert.IsEmpty((await rig.Upkeep.ReadReportsAsync(default)).Value);
    }

    [TestMethod]
    public async Task The_writer_tells_of_every_drive_path_and_of_the_certificate()
    {
        using var rig = Writing(MirrorRig.Status("ONLINE", "FAULTED"), "n1", "n2");

        var report = await KeptAsync(rig);

        Assert.AreEqual((MirrorRig.Unit, rig.Time.GetUtcNow()), (report.Unit, report.ObservedAt));
        Assert.AreEqual("n1 0 InSync, n2 0 InSync, n1 1 InSync, n2 1 Outdated", string.Join(", ", report.Legs.Select(leg => $"{leg.Node} {leg.Name} {leg.State}")));
        Assert.AreEqual("0/1 True, 0/2 True, 1/1 True, 1/2 True", string.Join(", ", report.Paths.Select(path => $"{path.Leg}/{path.Network} {path.IsUp}")));
        Assert.AreEqual((Answer.Yes, true, false), (report.IsCertificateRead, report.Certified[N1], report.Certified[N2]), "recorded in this very step");
        Assert.IsNull(report.Resync);
        Assert.AreEqual((TimeSpan.Zero, null), (report.Frozen, report.FrozenFor));
    }

    [TestMethod]
    public async Task A_path_that_is_tried_is_down_and_one_drive_without_any_stops_the_clock_of_writes()
    {
        using var rig = Writing(MirrorRig.Status(), "n1", "n2");
        rig.Paths(1, "connecting");
        rig.Notes.IsAway = true;
        _ = await rig.Upkeep.KeepAsync(default);
        rig.Time.Advance(TimeSpan.FromSeconds(7));

        var report = (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();

        Assert.AreEqual("True, True, False, False", string.Join(", ", report.Paths.Select(path => path.IsUp)));
        Assert.AreEqual((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)), (report.Frozen, report.FrozenFor), "told while no step answers");
        Assert.AreEqual((Answer.No, 0), (report.IsCertificateRead, report.Certified.Count));
        Assert.IsEmpty(report.Legs, "the pool was not looked at");
    }

    [TestMethod]
    public async Task Frozen_seconds_add_up_and_stop_when_the_path_is_back()
    {
        using var rig = Writing(MirrorRig.Status(), "n1", "n2");
        for (var time = 0; time < 2; time++)
        {
            rig.Paths(1, "connecting");
            _ = await rig.Upkeep.KeepAsync(default);
            rig.Time.Advance(TimeSpan.FromSeconds(1));
            rig.Paths(1, "live");
            _ = await rig.Upkeep.KeepAsync(default);
            rig.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var report = await KeptAsync(rig);

        Assert.AreEqual((TimeSpan.FromSeconds(2), null), (report.Frozen, report.FrozenFor));
    }

    [TestMethod]
    public async Task A_half_that_is_copied_tells_how_much_is_left_and_onto_which_drives()
    {
        using var rig = Writing(MirrorRig.Status(scan: "\"scan_stats\":{\"function\":\"RESILVER\",\"state\":\"SCANNING\",\"errors\":0,\"issued\":3,\"to_examine\":10,\"skipped\":2},")
            .Replace("\"guid\":12,", "\"guid\":12,\"scan_processed\":3,", StringComparison.Ordinal), "n1");

        var report = await KeptAsync(rig);

        Assert.AreEqual(new CopyResync(N2, 5, 8), report.Resync);
        Assert.AreEqual("InSync, Resyncing, InSync, InSync", string.Join(", ", report.Legs.Select(leg => leg.State)));
    }

    [TestMethod]
    [DataRow("n1", "n2", DisplayName = "the peer's half")]
    [DataRow("n2", "n1", DisplayName = "the writer's own half")]
    [DataRow("n1,n2", null, DisplayName = "nobody waits for it")]
    public async Task A_scrub_is_told_of_as_long_as_a_half_is_certified_only_at_its_end(string inSync, string? waiting)
    {
        using var rig = Writing(MirrorRig.Status(scan: MirrorRig.Scan("SCANNING", "SCRUB")), inSync.Split(','));

        var report = await KeptAsync(rig);

        Assert.AreEqual(waiting, report.Resync?.Node.Value);
    }

    [TestMethod]
    public async Task What_is_copied_onto_is_unknown_as_long_as_the_pool_does_not_tell()
    {
        using var rig = Writing(MirrorRig.Status(scan: MirrorRig.Scan("SCANNING")), "n1");

        Assert.IsTrue((await KeptAsync(rig)).Legs.All(leg => leg.State == CopyState.Unknown));
    }

    [TestMethod]
    public async Task The_other_node_tells_of_the_certificate_only()
    {
        using var rig = new MirrorRig().Agreed("n2", 4, "n2");

        var report = await KeptAsync(rig);

        Assert.AreEqual((0, 0, Answer.Yes), (report.Legs.Count, report.Paths.Count, report.IsCertificateRead));
        Assert.AreEqual((false, true), (report.Certified[N1], report.Certified[N2]));
    }

    private static MirrorRig Writing(string status, params string[] inSync)
    {
        var rig = new MirrorRig().Agreed("n1", 1, inSync);
        rig.Imported();
        rig.PlugInPeer();
        rig.Paths(0, "live");
        rig.Paths(1, "live");
        rig.Commands.On("zpool status", status);
        return rig;
    }

    private static async Task<UpkeepReport> KeptAsync(MirrorRig rig)
    {
        _ = await rig.Upkeep.KeepAsync(default);
        return (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();
    }
}
