using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

[TestClass]
public sealed class SnapshotTests
{
    private static readonly SnapshotId Before = new(DrbdRig.Unit, "before");

    [TestMethod]
    public async Task A_closed_unit_is_snapshotted_listed_and_cleaned_up()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();

        var taken = await TakeAsync(rig, Before);
        var again = await TakeAsync(rig, Before);
        _ = await TakeAsync(rig, Before with { Name = "later" });
        var listed = await rig.Drbd.Snapshots.ListAsync(DrbdRig.Unit, default);
        var gone = await rig.Drbd.Snapshots.DeleteAsync(DrbdRig.Unit, ["before", "never"], default);

        Assert.AreEqual("id-data-before/0", taken.IsOk ? taken.Value.Guids["0"] : "", taken.Fault?.ToString());
        Assert.AreEqual(taken.Value.CreatedAt, again.Value.CreatedAt);
        Assert.AreEqual("before later", string.Join(' ', listed.Value.Select(snapshot => snapshot.Id.Name)));
        Assert.IsTrue(gone.IsOk, gone.Fault?.ToString());
        Assert.AreEqual("later", rig.Data.Snapshots.Single());
    }

    [TestMethod]
    [DataRow("primary", FaultCode.InUse)]
    [DataRow("thick", FaultCode.Unsupported)]
    [DataRow("copying", FaultCode.PreconditionFailed)]
    [DataRow("offline", FaultCode.PeerUnavailable)]
    public async Task What_would_be_a_bad_snapshot_is_refused(string trouble, FaultCode code)
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.Drbd.Kernel.Role = trouble == "primary" ? "Primary" : "Secondary";
        rig.World.Provider = trouble == "thick" ? "LVM" : "LVM_THIN";
        rig.Data.Disk = trouble == "copying" ? "Inconsistent" : "UpToDate";
        rig.World.Nodes["n2"] = trouble == "offline" ? "OFFLINE" : "ONLINE";

        var taken = await TakeAsync(rig, Before);

        Assert.AreEqual(code, taken.Fault?.Code, taken.Fault?.ToString());
        Assert.IsEmpty(rig.Ordered);
    }

    [TestMethod]
    public async Task Opened_while_it_was_taken_only_the_writers_copy_is_certified()
    {
        // LINSTOR lets writes go again that waited: what that let go, nobody recorded.
        await using var rig = await ProvisioningRig.AdoptedAsync();
        rig.World.Changed = _ => rig.Drbd.Agreed("n2", 9, "n1", "n2");

        var taken = await TakeAsync(rig, Before);

        Assert.AreEqual((FaultCode.InUse, "n2"), (taken.Fault?.Code, rig.Drbd.InSync));
        Assert.Contains("n2 opened it", taken.Fault!.Why);
    }

    [TestMethod]
    public async Task Opened_between_the_look_and_the_record_nothing_goes_back()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        rig.Drbd.Notes.BeforeWrite = () => rig.Drbd.Agreed("n2", 9, "n1", "n2");

        var back = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        Assert.IsFalse(back.IsOk);
        Assert.AreEqual((new NodeId("n2"), "n1,n2"), (rig.Drbd.Certificate.Writer, rig.Drbd.InSync));
        Assert.DoesNotContain("POST resource-definitions/data/snapshot-rollback/before", rig.Ordered.ToList());
    }

    [TestMethod]
    public async Task A_name_that_LINSTOR_does_not_take_and_a_hold_are_refused()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();

        Assert.AreEqual(FaultCode.InvalidArgument, (await TakeAsync(rig, Before with { Name = "a.b" })).Fault?.Code);
        Assert.AreEqual(FaultCode.Unsupported, (await rig.Drbd.Snapshots.HoldAsync(Before, "tag", default)).Fault?.Code);
        Assert.IsTrue((await rig.Drbd.Snapshots.ReleaseAsync(Before, "tag", default)).IsOk);
    }

    [TestMethod]
    public async Task Going_back_counts_one_copy_alone_until_both_were_seen_whole()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var counted = "";
        rig.World.Changed = _ => counted = rig.Drbd.InSync;

        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        var back = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        Assert.IsTrue(back.IsOk, back.Fault?.ToString());
        Assert.AreEqual(("n1", "n1,n2"), (counted, rig.Drbd.InSync));
        Assert.Contains("POST resource-definitions/data/snapshot-rollback/before", rig.Ordered.ToList());
    }

    [TestMethod]
    public async Task While_a_copy_gives_way_nothing_goes_back()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        var notes = rig.Drbd.Notes;
        var chosen = Certificate.Parse("", notes.Note.Text).Value with { GivingWay = new GivingWay(new NodeId("n2"), null, "", IsReady: false) };
        notes.Note = new UnitNote(chosen.ToText(), notes.Note.Version + 1);
        var ordered = rig.Ordered.ToList();

        var back = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        Assert.AreEqual(FaultCode.PreconditionFailed, back.Fault?.Code, back.Fault?.ToString());
        Assert.Contains("giving way", back.Fault!.Why);
        Assert.AreSequenceEqual(ordered, rig.Ordered.ToList());
        Assert.IsFalse(rig.Drbd.IsMarkedGoingBack, "a mark would keep both copies from being certified");
    }

    [TestMethod]
    public async Task What_could_not_be_recorded_was_not_begun_and_leaves_no_mark()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        _ = rig.Drbd.Agreed("n2", 1, "n2");

        var back = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        Assert.AreEqual((false, false), (back.IsOk, rig.Drbd.IsMarkedGoingBack), back.Fault?.ToString());
        Assert.DoesNotContain("POST resource-definitions/data/snapshot-rollback/before", rig.Ordered.ToList());
    }

    [TestMethod]
    public async Task Going_back_half_way_leaves_one_copy_that_counts()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        rig.World.Says["POST /v1/resource-definitions/data/snapshot-rollback"] = [Rc.Good(3, "n1 done"), Rc.Bad(999, "(Node: 'n2') failed")];

        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        var back = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        Assert.AreEqual((Retry.AfterLook, "n1"), (back.Fault?.Retry, rig.Drbd.InSync));
    }

    [TestMethod]
    public async Task After_going_back_half_way_nobody_certifies_the_other_copy_by_what_the_kernel_says_until_it_ended()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        rig.World.Says["POST /v1/resource-definitions/data/snapshot-rollback"] = [Rc.Good(3, "n1 done"), Rc.Bad(999, "(Node: 'n2') failed")];
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        _ = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));

        var kept = await rig.Drbd.KeepAsync(seconds: 10);
        Assert.AreEqual((FaultCode.PreconditionFailed, "n1"), (kept.Fault?.Code, rig.Drbd.InSync), "both look whole to the kernel");

        rig.World.Says.Clear();
        var again = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));
        Assert.IsTrue(again.IsOk, again.Fault?.ToString());
        Assert.IsTrue((await rig.Drbd.KeepAsync(seconds: 3)).IsOk);
        Assert.AreEqual("n1,n2", rig.Drbd.InSync);
    }

    [TestMethod]
    public async Task The_upkeep_leaves_a_unit_alone_that_goes_back()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var meanwhile = "";
        rig.World.Changed = _ =>
        {
            rig.Drbd.KeepAsync(seconds: 5).GetAwaiter().GetResult();
            meanwhile = rig.Drbd.InSync;
        };
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        _ = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default));
        Assert.AreEqual("n1", meanwhile);
    }

    [TestMethod]
    public async Task An_old_plan_an_open_unit_and_newer_snapshots_on_ZFS_stop_it()
    {
        await using var rig = await ProvisioningRig.AdoptedAsync();
        _ = await TakeAsync(rig, Before);
        var plan = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;
        rig.Data.InUse.Add("n2");
        var open = await rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default);
        rig.Data.InUse.Clear();
        _ = await TakeAsync(rig, Before with { Name = "later" });
        var old = await rig.Drbd.Snapshots.RollbackAsync(plan, DrbdRig.Grant(1), default);
        rig.World.Provider = "ZFS_THIN";

        var blocked = (await rig.Drbd.Snapshots.PlanRollbackAsync(Before, default)).Value;

        Assert.AreEqual((FaultCode.InUse, FaultCode.PreconditionFailed), (open.Fault?.Code, old.Fault?.Code));
        Assert.Contains("delete later first", blocked.Blockers.Single());
        Assert.AreEqual(FaultCode.NotFound, (await rig.Drbd.Snapshots.PlanRollbackAsync(Before with { Name = "never" }, default)).Fault?.Code);
        Assert.AreEqual("n1,n2", rig.Drbd.InSync);
    }

    [TestMethod]
    public async Task A_snapshot_becomes_a_new_unit_on_both_nodes()
    {
        await using var rig = await ProvisioningRig.StartAsync();
        rig.Drbd.More["resources"] = "data=filesystem,other=filesystem";
        rig.Drbd.Restart();
        var other = new StandInResource(rig.World, "other");
        (other.Sizes[0], _) = (1024, 0);
        other.Nodes.AddRange(["n1", "n2"]);
        other.Snapshots.Add("before");
        rig.World.Resources["other"] = other;
        var source = new SnapshotId(new UnitId(DrbdRig.Unit.Backend, "other"), "before");

        var cloned = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.CloneAsync(source, DrbdRig.Unit, DrbdRig.Grant(1), default));
        var again = await rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.CloneAsync(source, DrbdRig.Unit, DrbdRig.Grant(1), default));

        Assert.IsTrue(cloned.IsOk, cloned.Fault?.ToString());
        Assert.IsTrue(again is { Fault: null } or { Fault.Code: FaultCode.PreconditionFailed }, again.Fault?.ToString());
        Assert.AreEqual(("n1,n2", "n1,n2"), (string.Join(',', rig.Data.Nodes), rig.Drbd.InSync));
        Assert.HasCount(3, rig.Ordered);
        Assert.IsFalse(rig.Data.Props.ContainsKey("FileSystem/Type"), "a filesystem would be made over what was restored");
    }

    private static Task<Outcome<Snapshot>> TakeAsync(ProvisioningRig rig, SnapshotId id) => rig.Drbd.ProvisionAsync(rig.Drbd.Snapshots.CreateAsync(id, DrbdRig.Grant(1), default));
}
