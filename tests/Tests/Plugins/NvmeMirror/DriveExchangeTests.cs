using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>An operator replaces a drive that may still work: recorded first, then carried out by the upkeep of both nodes.</summary>
[TestClass]
public sealed class DriveExchangeTests
{
    private const string NoLabel = "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n";
    private static readonly Guid New = new("00000000-0000-4000-8000-000000000181");
    private static readonly Guid Newer = new("00000000-0000-4000-8000-000000000182");
    private static readonly DriveReplacement Order = new(MirrorRig.Local(0).ToString(), New.ToString());

    [TestMethod]
    public async Task A_plan_tells_the_steps_and_changes_nothing()
    {
        using var rig = Other("n1", "n2");

        var plan = await Drives(rig).PlanReplacementAsync(Order, default);

        Assert.IsTrue(plan is { IsOk: true, Value: { Stage: DriveReplacementStage.NotOrdered, Blockers.Count: 0, Steps.Count: 5 } }, $"{plan.Fault} {string.Join("; ", plan.IsOk ? plan.Value.Blockers : [])}");
        StringAssert.Contains(plan.Value.Steps[0], "nothing fails over to n1");
        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    public async Task The_half_stops_counting_in_the_same_record_that_names_the_new_drive_and_only_that_is_offered_then()
    {
        using var rig = Other("n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(MirrorRig.Local(0)) }, On(rig, 4500));
        rig.Commands.Replace("zdb -l", MirrorRig.Label(320));

        Assert.IsTrue((await Drives(rig).ReplaceAsync(Order, default)).IsOk);

        Assert.HasCount(1, rig.Notes.Written);
        Assert.AreEqual(("n2", New, 320L, null), (InSync(rig), rig.Certificate.Spares[MirrorRig.Local(0)], rig.Certificate.Txg, rig.Certificate.ScanBefore));
        rig.Restart();
        await rig.Upkeep.KeepAsync(default);
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(New) }, On(rig, 4500));
    }

    [TestMethod]
    public async Task The_writer_s_own_drive_is_replaced_while_it_still_works_also_by_an_agent_that_began_since()
    {
        using var rig = Writing("n1", "n2");

        var ordered = await Drives(rig).ReplaceAsync(Order, default);

        Assert.IsTrue(ordered.IsOk, ordered.Fault?.ToString());
        Assert.AreEqual("n2", InSync(rig));
        rig.Restart();
        await rig.Upkeep.KeepAsync(default);
        await rig.Upkeep.KeepAsync(default);
        Assert.Contains($"zpool replace tank 11 {rig.Device(New)}", rig.Commands.Asked);
        Assert.AreEqual("n2", InSync(rig));
    }

    [TestMethod]
    public async Task Ordered_again_it_tells_how_far_it_is_and_orders_nothing()
    {
        using var rig = Writing("n1", "n2");
        _ = await Drives(rig).ReplaceAsync(Order, default);
        rig.Commands.Replace("zpool status", InPlace(MirrorRig.Scan("SCANNING")));
        rig.Commands.Replace($"zdb -l -u {rig.Device(New)}", MirrorRig.Label());

        Assert.IsTrue((await Drives(rig).ReplaceAsync(Order, default)).IsOk);
        var copying = await Drives(rig).PlanReplacementAsync(Order, default);
        rig.Agreed("n1", 1, "n1", "n2").WithSpare(MirrorRig.Local(0), New);
        var done = await Drives(rig).PlanReplacementAsync(Order, default);

        Assert.HasCount(1, rig.Notes.Written);
        Assert.AreEqual((DriveReplacementStage.Copying, "ZFS has copied 100 %."), (copying.Value.Stage, copying.Value.Progress));
        Assert.AreEqual(DriveReplacementStage.Done, done.Value.Stage);
    }

    [TestMethod]
    [DataRow("the other half does not count", "without this drive no half would")]
    [DataRow("the other drive of its mirror is worn", "mend that first")]
    [DataRow("not open", "the pool is not open")]
    [DataRow("not empty", "is not empty")]
    [DataRow("too small", "has 511488 bytes")]
    [DataRow("larger blocks", "blocks of 4096 bytes")]
    [DataRow("not there", "there is no")]
    [DataRow("in another mirror", "is a drive of this pool")]
    [DataRow("being taken", "just being taken")]
    public async Task What_would_lose_data_or_cannot_work_is_refused_before_anything_is_recorded(string what, string why)
    {
        using var rig = Writing("n1", "n2");
        var order = Order;
        switch (what)
        {
            case "the other half does not count": rig.Agreed("n1", 1, "n1"); break;
            case "the other drive of its mirror is worn": rig.Commands.Replace("zpool status", MirrorRig.Status("FAULTED")); break;
            case "not open": rig.Imported(false); break;
            case "not empty": rig.Commands.Replace("wipefs", "{\"signatures\":[{\"type\":\"ext4\"}]}"); break;
            case "too small": rig.SizeOf("vdn", 999); break;
            case "larger blocks": Blocks(rig, "vdb", 512); Blocks(rig, "vdn", 4096); break;
            case "not there": File.Delete(rig.Device(New)); break;
            case "in another mirror": order = order with { With = MirrorRig.Local(1).ToString() }; break;
            default: rig.Notes.Note = new UnitNote((rig.Certificate with { Before = rig.Certificate.InSync }).ToText(), rig.Notes.Note.Version + 1); break;
        }

        var plan = await Drives(rig).PlanReplacementAsync(order, default);
        var ordered = await Drives(rig).ReplaceAsync(order, default);

        StringAssert.Contains(string.Join("; ", plan.Value.Blockers), why);
        Assert.AreEqual(FaultCode.PreconditionFailed, ordered.Fault?.Code);
        Assert.IsEmpty(rig.Notes.Written);
    }

    [TestMethod]
    public async Task A_half_whose_writer_is_not_there_is_not_taken_off_the_certificate()
    {
        using var rig = Other("n1", "n2");
        await File.WriteAllTextAsync(rig.Places.Connections, "  sl  local_address rem_address   st\n");

        var ordered = await Drives(rig).ReplaceAsync(Order, default);

        StringAssert.Contains(ordered.Fault!.Why, "n2 is not connected");
        Assert.AreEqual("n1,n2", InSync(rig));
    }

    [TestMethod]
    public async Task Something_that_was_recorded_after_the_look_stops_it()
    {
        using var rig = Writing("n1", "n2");
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n1", 1, "n1");
        };

        var ordered = await Drives(rig).ReplaceAsync(Order, default);

        Assert.IsFalse(ordered.IsOk);
        Assert.IsEmpty(rig.Certificate.Spares);
        Assert.AreEqual("n1", InSync(rig));
    }

    [TestMethod]
    public async Task Drives_of_the_other_node_and_of_nobody_are_told_apart()
    {
        using var rig = Writing("n1", "n2");

        var others = await Drives(rig).PlanReplacementAsync(Order with { Drive = MirrorRig.Remote(0).ToString() }, default);
        var nobodys = await Drives(rig).PlanReplacementAsync(Order with { Drive = Newer.ToString() }, default);
        var wrong = await Drives(rig).PlanReplacementAsync(Order with { Drive = "nvme3n1" }, default);

        StringAssert.Contains(others.Fault!.NextStep, "Do it on n2");
        Assert.AreEqual((FaultCode.NotFound, FaultCode.InvalidArgument), (nobodys.Fault!.Code, wrong.Fault!.Code));
    }

    [TestMethod]
    public async Task What_took_a_place_by_order_gives_its_port_to_the_next_although_no_configuration_names_it()
    {
        using var rig = Other("n1", "n2");
        rig.WithSpare(MirrorRig.Local(0), New);
        await rig.Upkeep.KeepAsync(default);
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(New) }, On(rig, 4500));
        rig.Commands.Replace($"zdb -l -u {rig.Device(New)}", MirrorRig.Label());

        var ordered = await Drives(rig).ReplaceAsync(new DriveReplacement(New.ToString(), Newer.ToString()), default);
        await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(ordered.IsOk, ordered.Fault?.ToString());
        CollectionAssert.AreEqual(new[] { rig.Names.Subsystem(Newer) }, On(rig, 4500));
    }

    [TestMethod]
    public async Task What_is_being_copied_into_a_place_is_not_replaced_before_that_ends()
    {
        using var rig = Other("n2");
        rig.WithSpare(MirrorRig.Local(0), New);
        rig.Commands.Replace($"zdb -l -u {rig.Device(New)}", MirrorRig.Label());

        var ordered = await Drives(rig).ReplaceAsync(new DriveReplacement(New.ToString(), Newer.ToString()), default);

        StringAssert.Contains(ordered.Fault!.Why, "being copied");
    }

    [TestMethod]
    public async Task Paths_to_a_drive_that_was_replaced_are_given_up_before_the_pool_is_asked_anything_for_it_may_wait_for_them()
    {
        using var rig = Writing("n1");
        rig.ScanBefore(null).WithSpare(MirrorRig.Remote(0), New);
        rig.PathsTo(0, MirrorRig.Remote(0), "connecting");
        var order = new List<bool>();
        rig.Commands.Answering("zpool status", () => order.Add(rig.AnyGivenUp));

        await rig.Upkeep.KeepAsync(default);

        Assert.IsTrue(order is [true, ..], string.Join(',', order));
    }

    [TestMethod]
    public async Task A_half_that_is_copied_anew_in_the_midst_of_a_replacement_leaves_no_old_drive_behind()
    {
        using var rig = Writing("n1").WithSpare(MirrorRig.Remote(0), New);
        rig.Notes.Note = new UnitNote((rig.Certificate with { Txg = 0 }).ToText(), rig.Notes.Note.Version + 1);
        File.Delete(rig.Device(New));
        rig.PlugInPeer(New, "nvme9n");
        rig.PathsTo(0, New, "live");
        rig.Commands.Replace($"zdb -l -u {rig.Device(New)}", MirrorRig.Label());

        // ZFS still has both below "replacing".
        var leaf = $"\"{New}\":{{\"name\":\"x\",\"guid\":99,\"path\":\"/dev/disk/by-partuuid/{New}\",\"state\":\"OFFLINE\",\"read_errors\":0,\"write_errors\":0,\"checksum_errors\":0}},";
        rig.Commands.Replace("zpool status", MirrorRig.Status("FAULTED").Replace($"\"{MirrorRig.Remote(0)}\":", leaf + $"\"{MirrorRig.Remote(0)}\":", StringComparison.Ordinal));

        await rig.Upkeep.KeepAsync(default);

        var changes = rig.Commands.Asked.Where(line => line.StartsWith("zpool detach", StringComparison.Ordinal) || line.StartsWith("zpool attach", StringComparison.Ordinal)).ToList();
        CollectionAssert.AreEqual(new[] { "zpool detach tank 99", "zpool detach tank 12", $"zpool attach tank {rig.Device(MirrorRig.Local(0))} {rig.Device(New)}" }, changes);
    }

    private static IDriveReplacement Drives(MirrorRig rig) => rig.Backend.Ability<IDriveReplacement>()!;

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static string InPlace(string scan) => MirrorRig.Status(scan: scan).Replace(MirrorRig.Local(0).ToString(), New.ToString(), StringComparison.Ordinal);

    private static void Blocks(MirrorRig rig, string drive, int bytes)
    {
        var queue = Path.Combine(rig.Places.Class, "block", drive, "queue");
        Directory.CreateDirectory(queue);
        File.WriteAllText(Path.Combine(queue, "logical_block_size"), bytes.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>The other node writes, and is connected to the drives of this one.</summary>
    private static MirrorRig Other(params string[] inSync)
    {
        var rig = Plugged(new MirrorRig().Agreed("n2", 5, inSync));
        File.WriteAllText(rig.Places.Connections, "  sl  local_address rem_address   st\n   0: 0101000A:1194 0201000A:B000 01\n");
        return rig;
    }

    private static MirrorRig Writing(params string[] inSync) => Plugged(new MirrorRig().Agreed("n1", 1, inSync)).Opened();

    private static MirrorRig Plugged(MirrorRig rig)
    {
        rig.PlugIn(New, "vdn");
        rig.PlugIn(Newer, "vdo");
        rig.Commands.On("zdb -l", MirrorRig.Label()).On("wipefs", "{\"signatures\":[]}")
            .On($"zdb -l -u {rig.Device(New)}", NoLabel).On($"zdb -l -u {rig.Device(Newer)}", NoLabel);
        return rig;
    }

    /// <summary>The drives that listen on a port of the first network.</summary>
    private static string[] On(MirrorRig rig, int port)
    {
        var folder = Directory.EnumerateDirectories(Path.Combine(rig.Places.Target, "ports")).Single(each =>
            File.ReadAllText(Path.Combine(each, "addr_trsvcid")).Trim() == port.ToString(CultureInfo.InvariantCulture) && File.ReadAllText(Path.Combine(each, "addr_traddr")).Trim() == "10.0.1.1");
        return [.. Directory.EnumerateFileSystemEntries(Path.Combine(folder, "subsystems")).Select(link => Path.GetFileName(link)!)];
    }
}
