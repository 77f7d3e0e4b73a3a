using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class ReportTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");

    [TestMethod]
    public async Task A_whole_resource_tells_of_both_disks_the_connection_and_the_certificate()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        var now = rig.Time.GetUtcNow();

        var report = await KeptAsync(rig);

        Assert.AreEqual((DrbdRig.Unit, now), (report.Unit, report.ObservedAt));
        Assert.AreEqual("n1 0 InSync, n2 0 InSync", Legs(report));
        Assert.AreEqual(new CopyPath(CopyPath.AllLegs, "1", IsUp: true), report.Paths.Single());
        Assert.AreEqual((Answer.Yes, true, true), (report.IsCertificateRead, report.Certified[N1], report.Certified[N2]));
        Assert.IsNull(report.Resync);
    }

    [TestMethod]
    [DataRow("UpToDate", "", CopyState.InSync)]
    [DataRow("Outdated", "", CopyState.Outdated)]
    [DataRow("Inconsistent", "Established", CopyState.Inconsistent)]
    [DataRow("Inconsistent", "SyncSource", CopyState.Resyncing)]
    [DataRow("Failed", "", CopyState.Inconsistent)]
    [DataRow("Diskless", "", CopyState.Absent)]
    [DataRow("Consistent", "", CopyState.Unknown)]
    [DataRow("DUnknown", "", CopyState.Unknown)]
    [DataRow("Negotiating", "", CopyState.Unknown)]
    public async Task A_disk_is_what_the_kernel_calls_it_and_nothing_better(string disk, string replication, CopyState state)
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication) = (disk, replication);

        Assert.AreEqual($"n1 0 InSync, n2 0 {state}", Legs(await KeptAsync(rig)));
    }

    [TestMethod]
    public async Task Who_sends_tells_how_much_is_left_and_who_receives_does_not()
    {
        using var rig = new DrbdRig().Writing("n1");
        (rig.Kernel.PeerDisk, rig.Kernel.Replication, rig.Kernel.OutOfSync) = ("Inconsistent", "SyncSource", 7);
        Assert.AreEqual(new CopyResync(N2, 7 * 1024, 7 * 1024), (await KeptAsync(rig)).Resync);
        rig.Kernel.OutOfSync = 3;
        Assert.AreEqual(new CopyResync(N2, 3 * 1024, 7 * 1024), (await KeptAsync(rig)).Resync);

        (rig.Kernel.Disk, rig.Kernel.PeerDisk, rig.Kernel.Replication) = ("Inconsistent", "UpToDate", "SyncTarget");
        var target = await KeptAsync(rig);
        Assert.IsNull(target.Resync);
        Assert.AreEqual("n1 0 Resyncing, n2 0 InSync", Legs(target));
    }

    [TestMethod]
    [DataRow("StandAlone", Answer.Yes)]
    [DataRow("", Answer.Yes)]
    [DataRow("Connecting", Answer.No)]
    [DataRow("Connected", Answer.No)]
    public async Task Copies_that_do_not_look_for_each_other_have_parted(string connection, Answer parted)
    {
        using var rig = new DrbdRig().Writing("n1");
        rig.Kernel.Connection = connection;

        Assert.AreEqual(parted, (await KeptAsync(rig)).IsParted);
    }

    [TestMethod]
    public async Task Writes_that_stand_still_are_counted_also_while_no_step_answers()
    {
        using var rig = new DrbdRig().Writing("n1", "n2");
        rig.Kernel.PeerDies();
        rig.Notes.IsAway = true;
        _ = await rig.KeepAsync(7);

        var report = (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();

        Assert.AreEqual((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(7)), (report.Frozen, report.FrozenFor));
        Assert.AreEqual((Answer.No, 0), (report.IsCertificateRead, report.Certified.Count));
        Assert.IsFalse(report.Paths.Single().IsUp);

        rig.Notes.IsAway = false;
        _ = await rig.KeepAsync(3);
        var after = (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();
        Assert.AreEqual((TimeSpan.FromSeconds(8), null, false), (after.Frozen, after.FrozenFor, after.Certified[N2]));
    }

    [TestMethod]
    public async Task A_resource_that_is_down_has_no_legs_and_no_path()
    {
        using var rig = new DrbdRig(module: null).Agreed("n2", 5, "n2");

        var report = await KeptAsync(rig);

        Assert.AreEqual((0, 0), (report.Legs.Count, report.Paths.Count));
    }

    private static string Legs(UpkeepReport report) => string.Join(", ", report.Legs.Select(leg => $"{leg.Node} {leg.Name} {leg.State}"));

    private static async Task<UpkeepReport> KeptAsync(DrbdRig rig)
    {
        _ = await rig.KeepAsync();
        return (await rig.Upkeep.ReadReportsAsync(default)).Value.Single();
    }
}
