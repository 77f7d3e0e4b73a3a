using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class SnapshotsTests
{
    private static readonly SnapshotId One = new(Rig.Unit, "na-1");

    private static ZfsTree Tree() => ZfsTree.Writer().Filesystem("data", mounted: "no").Zvol("disk");

    private static ZfsTree WithOne() => Tree().Snapshot("data", "na-1", "11").Snapshot("disk", "na-1", "21");

    [TestMethod]
    public async Task A_snapshot_is_one_command_and_says_what_it_covers_and_when()
    {
        var rig = new Rig().With(Tree(), WithOne());
        var made = (await rig.Snapshots.CreateAsync(One, Rig.Grant(), default)).Value;
        Assert.AreEqual("zfs snapshot -r -o io.nodeagent:volumes=data,disk -o io.nodeagent:taken=1800000000000 tank/nodeagent/db@na-1", rig.Commands.Changes.Single());
        Assert.AreEqual("11", made.Guids["data"]);
        Assert.AreEqual("21", made.Guids["disk"]);
    }

    [TestMethod]
    public async Task The_same_snapshot_again_is_the_same()
    {
        var rig = new Rig().With(WithOne());
        Assert.AreEqual("11", (await rig.Snapshots.CreateAsync(One, Rig.Grant(), default)).Value.Guids["data"]);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_reader_makes_no_snapshots() =>
        Assert.AreEqual(FaultCode.NotWriter, (await new Rig().With(ZfsTree.Copy().Zvol("disk")).Snapshots.CreateAsync(One, Rig.Grant(), default)).Fault!.Code);

    [TestMethod]
    public async Task Only_complete_snapshots_are_listed_with_their_holds()
    {
        var tree = WithOne().Snapshot("data", "na-2", "12", ("io.nodeagent:volumes", "data,disk")).Snapshot("data", "Foreign", "13");
        var rig = new Rig().With(tree);
        var names = (await rig.Snapshots.ListAsync(Rig.Unit, default)).Value.Select(snapshot => snapshot.Id.Name).ToArray();
        CollectionAssert.AreEqual(new[] { "na-1" }, names);
    }

    [TestMethod]
    public async Task Snapshots_go_in_one_command_and_held_ones_are_named()
    {
        var tree = WithOne().Snapshot("data", "na-2", "12", ("userrefs", "1"));
        var rig = new Rig().With(tree);
        rig.Commands.On("zfs holds", "tank/nodeagent/db/data@na-2\tkeep\t1\n");
        var fault = (await rig.Snapshots.DeleteAsync(Rig.Unit, ["na-1", "na-2", "gone"], default)).Fault!;
        Assert.AreEqual(FaultCode.InUse, fault.Code);
        Assert.AreEqual("keep", fault.Facts["holders"]);
        Assert.AreEqual("zfs destroy -r tank/nodeagent/db@na-1", rig.Commands.Changes.Single());
    }

    [TestMethod]
    public async Task Holds_are_set_once_and_released_where_they_are()
    {
        var rig = new Rig().With(WithOne());
        Assert.IsTrue((await rig.Snapshots.HoldAsync(One, "keep", default)).IsOk);
        Assert.AreEqual("zfs hold keep tank/nodeagent/db/data@na-1 tank/nodeagent/db/disk@na-1", rig.Commands.Changes.Single());
        Assert.IsTrue((await rig.Snapshots.ReleaseAsync(One, "keep", default)).IsOk);
        Assert.HasCount(1, rig.Commands.Changes.ToList());
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Snapshots.HoldAsync(One, "-r", default)).Fault!.Code);
        Assert.AreEqual(FaultCode.NotFound, (await rig.Snapshots.HoldAsync(One with { Name = "na-9" }, "keep", default)).Fault!.Code);
    }

    [TestMethod]
    public async Task A_plan_shows_the_blast_radius()
    {
        var tree = WithOne().Snapshot("data", "na-2", "12", ("clones", "tank/x,tank/y")).Zvol("late");
        var plan = (await new Rig().With(tree).Snapshots.PlanRollbackAsync(One, default)).Value;
        CollectionAssert.AreEqual(new[] { "na-2" }, plan.DestroysSnapshots.ToArray());
        CollectionAssert.AreEqual(new[] { "tank/x", "tank/y" }, plan.DestroysClones.ToArray());
        Assert.HasCount(3, plan.Blockers);
    }

    [TestMethod]
    public async Task A_rollback_is_one_transaction_for_the_whole_unit()
    {
        var rig = new Rig().With(WithOne().Snapshot("data", "na-2", "12").Bookmark("data", "na-cursor:n2:12", "12"));
        rig.Commands.On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        var plan = (await rig.Snapshots.PlanRollbackAsync(One, default)).Value;
        Assert.IsTrue((await rig.Snapshots.RollbackAsync(plan, Rig.Grant(), default)).IsOk);
        CollectionAssert.AreEqual(
            new[]
            {
                "zfs program -j tank - check destroy tank/nodeagent/db/data@na-2 rollback tank/nodeagent/db/data rollback tank/nodeagent/db/disk",
                "zfs destroy tank/nodeagent/db/data#na-cursor:n2:12",
                "zfs program -j tank - destroy tank/nodeagent/db/data@na-2 rollback tank/nodeagent/db/data rollback tank/nodeagent/db/disk",
            },
            rig.Commands.Changes.Take(3).ToArray());
    }

    [TestMethod]
    public async Task A_plan_of_another_state_is_refused()
    {
        var rig = new Rig().With(WithOne(), WithOne().Snapshot("data", "na-2", "12"));
        var plan = (await rig.Snapshots.PlanRollbackAsync(One, default)).Value;
        Assert.AreEqual(FaultCode.PreconditionFailed, (await rig.Snapshots.RollbackAsync(plan, Rig.Grant(), default)).Fault!.Code);
        Assert.IsEmpty(rig.Commands.Changes.ToList());
    }

    [TestMethod]
    public async Task A_writer_is_not_rolled_back_by_anothers_grant_but_a_reader_is()
    {
        var writer = new Rig().With(WithOne());
        var plan = (await writer.Snapshots.PlanRollbackAsync(One, default)).Value;
        Assert.AreEqual(FaultCode.NotWriter, (await writer.Snapshots.RollbackAsync(plan, Rig.Grant(9, "n2"), default)).Fault!.Code);
        var reader = new Rig().With(ZfsTree.Copy().Zvol("disk").Snapshot("disk", "na-1", "21"));
        reader.Commands.On("zfs program", "{\"return\":{\"failed\":{},\"refused\":{}}}");
        plan = (await reader.Snapshots.PlanRollbackAsync(One, default)).Value;
        Assert.IsTrue((await reader.Snapshots.RollbackAsync(plan, Rig.Grant(9, "n2"), default)).IsOk);
    }

    [TestMethod]
    public async Task A_clone_of_something_else_is_in_the_way()
    {
        var rig = new Rig().With(WithOne(), new ZfsTree());
        var clone = new UnitId(new BackendId("tank"), "copy");
        Assert.AreEqual(FaultCode.NotFound, (await rig.Snapshots.CloneAsync(One with { Name = "na-9" }, clone, Rig.Grant(unit: "copy"), default)).Fault!.Code);
        Assert.AreEqual(FaultCode.InvalidArgument, (await rig.Snapshots.CloneAsync(One, clone, Rig.Grant(), default)).Fault!.Code);
    }
}
