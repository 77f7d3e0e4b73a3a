using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>Snapshots between a hold and a deletion, on two nodes.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class GoingSnapshotTests
{
    private const string Backend = "going";
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task What_one_node_holds_another_does_not_delete_at_the_same_moment()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var writer = CephLab.Open(cluster, backend: Backend);
        await using var reader = CephLab.Open(cluster, "n2", backend: Backend);
        var unit = CephLab.Unit("race", Backend);
        var volume = await CephLab.MakeAsync(writer, unit);
        var (here, there) = (writer.Ability<ISnapshots>()!, reader.Ability<ISnapshots>()!);
        for (var round = 0; round < 30; round++)
        {
            var snapshot = new SnapshotId(unit, $"s{round}");
            Assert.IsTrue((await here.CreateAsync(snapshot, CephLab.Grant(unit), None)).IsOk);
            var deleting = here.DeleteAsync(unit, [snapshot.Name], None);
            var holding = there.HoldAsync(snapshot, "backup", None);
            var (deleted, held) = (await deleting, await holding);
            var isThere = (await there.ListAsync(unit, None)).Value.Any(one => one.Id == snapshot);
            Assert.AreEqual(held.IsOk, isThere, $"round {round}: held {held.Fault}, deleted {deleted.Fault}");
            Assert.IsFalse(held.IsOk && deleted.IsOk, $"round {round}");
            _ = await there.ReleaseAsync(snapshot, "backup", None);
            Assert.IsTrue((await here.DeleteAsync(unit, [snapshot.Name], None)).IsOk);
        }

        Assert.IsTrue((await writer.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
    }

    [TestMethod]
    public async Task A_deletion_that_was_cut_off_leaves_what_can_only_be_deleted()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var unit = CephLab.Unit("cut", Backend);
        var volume = await CephLab.MakeAsync(storage, unit);
        var (snapshots, one) = (storage.Ability<ISnapshots>()!, new SnapshotId(unit, "s0"));
        Assert.IsTrue((await snapshots.CreateAsync(one, CephLab.Grant(unit), None)).IsOk);
        var marked = await storage.Gate.ChangeAsync(
            unit, "mark", (c, e) => GoingSnapshots.Mark(storage.Gate.Index, c.Io, unit.Name, [.. e.Snapshots], "mark"), None);
        Assert.IsTrue(marked.IsOk, $"{marked.Fault}");

        Assert.IsEmpty((await snapshots.ListAsync(unit, None)).Value);
        Assert.AreEqual(FaultCode.NotFound, (await snapshots.HoldAsync(one, "backup", None)).Fault!.Code);
        Assert.AreEqual(FaultCode.NotFound, (await snapshots.PlanRollbackAsync(one, None)).Fault!.Code);
        var clone = CephLab.Unit("cut-clone", Backend);
        Assert.AreEqual(FaultCode.NotFound, (await snapshots.CloneAsync(one, clone, CephLab.Grant(clone), None)).Fault!.Code);
        Assert.AreEqual(FaultCode.Busy, (await snapshots.CreateAsync(one, CephLab.Grant(unit), None)).Fault!.Code);
        Assert.IsTrue((await snapshots.DeleteAsync(unit, ["s0"], None)).IsOk);
        Assert.IsTrue((await snapshots.CreateAsync(one, CephLab.Grant(unit), None)).IsOk);
        Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
    }

    [TestMethod]
    public async Task A_deletion_that_a_clone_forbids_leaves_everything_as_it_was()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var (unit, clone) = (CephLab.Unit("cloned", Backend), CephLab.Unit("clone", Backend));
        var volume = await CephLab.MakeAsync(storage, unit);
        var (snapshots, one) = (storage.Ability<ISnapshots>()!, new SnapshotId(unit, "s0"));
        Assert.IsTrue((await snapshots.CreateAsync(one, CephLab.Grant(unit), None)).IsOk);
        Assert.IsTrue((await snapshots.CloneAsync(one, clone, CephLab.Grant(clone), None)).IsOk);

        Assert.AreEqual(FaultCode.InUse, (await snapshots.DeleteAsync(unit, ["s0"], None)).Fault!.Code);
        Assert.AreEqual(FaultCode.InUse, (await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).Fault!.Code);
        Assert.IsTrue((await snapshots.HoldAsync(one, "backup", None)).IsOk);
        Assert.HasCount(1, (await snapshots.ListAsync(unit, None)).Value);

        Assert.IsTrue((await snapshots.ReleaseAsync(one, "backup", None)).IsOk);
        foreach (var gone in new[] { new VolumeId(clone, "data"), volume })
        {
            var deleted = await storage.Ability<IVolumes>()!.DeleteAsync(gone, None);
            Assert.IsTrue(deleted.IsOk, $"{deleted.Fault}");
        }
    }
}
