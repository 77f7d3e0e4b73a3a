using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>What a rollback leaves, whole or cut off.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class RollbackTests
{
    private const string Backend = "rollbacks";
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task What_a_rollback_brought_back_is_told_as_changed()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var unit = CephLab.Unit("back", Backend);
        var volume = await CephLab.MakeAsync(storage, unit, 16 << 20);
        await CephLab.WriteAsync(storage, volume, 0, "AAAA"u8.ToArray());
        await SnapAsync(storage, unit, "s0");
        await SnapAsync(storage, unit, "s1");
        await CephLab.WriteAsync(storage, volume, 0, "BBBB"u8.ToArray());
        await SnapAsync(storage, unit, "s2");
        await BackAsync(storage, unit, "s1");
        await SnapAsync(storage, unit, "s3");
        await CephLab.WriteAsync(storage, volume, 8 << 20, "CCCC"u8.ToArray());
        await SnapAsync(storage, unit, "s4");

        foreach (var (from, to) in new[] { ("s2", "s3"), ("s2", "s4"), ("s0", "s3") })
        {
            Assert.IsTrue((await ListAsync(storage, volume, from, to)).Any(e => e is { Offset: 0, IsZero: false }), $"{from} to {to}: what is back is not told");
        }

        // Where no rollback lies between, no more than before.
        CollectionAssert.AreEqual(new[] { new Extent(8 << 20, 4 << 20, false) }, (await ListAsync(storage, volume, "s3", "s4")).ToArray());
        CollectionAssert.AreEqual(new[] { new Extent(0, 4 << 20, false) }, (await ListAsync(storage, volume, "s1", "s2")).ToArray());
        Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    public async Task After_a_rollback_that_was_cut_off_nothing_is_used_or_snapshotted_until_it_is_repeated()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var killed = CephLab.Open(cluster, "n1", backend: Backend);
        await using var later = CephLab.Open(cluster, "n2", backend: Backend);
        var unit = CephLab.Unit("half", Backend);
        var volume = await CephLab.MakeAsync(killed, unit);
        await SnapAsync(killed, unit, "s0");
        // As the agent leaves it that is killed after it has told the rollback.
        Ok(await killed.Gate.ChangeAsync<bool>(
            unit, "cannot tell", (c, e) => killed.Gate.Index.Change(
                c.Io, [], [new IndexEntry(Keys.Unit(unit.Name), UnitIndex.Bytes(e.Unit!.Record with { RollingBack = "s0" }))], "cannot tell") is { IsOk: false, Fault: { } wrong } ? wrong : true, None));

        var role = Ok(await later.Ability<IRoles>()!.PromoteAsync(CephLab.Grant(unit, 2, "n2"), null, None));
        Assert.AreEqual(Role.Writer, role.Role);
        StringAssert.Contains(Ok(await later.Ability<IRoles>()!.GetRoleAsync(unit, None)).Native, "rollback to s0 has not ended");
        Assert.AreEqual(FaultCode.PreconditionFailed, (await later.OpenHeldAsync(volume, None)).Fault?.Code);
        var refused = await later.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s1"), CephLab.Grant(unit, 2, "n2"), None);
        StringAssert.Contains(refused.Fault!.NextStep, "Roll back once more");

        var deleted = await later.Ability<ISnapshots>()!.DeleteAsync(unit, ["s0"], None);
        StringAssert.Contains(deleted.Fault?.NextStep, "Roll back to s0 once more");

        await BackAsync(later, unit, "s0", 2, "n2");
        await CephLab.WriteAsync(later, volume, 0, "AAAA"u8.ToArray());
        await SnapAsync(later, unit, "s1", 2, "n2");
        Done(await later.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    [TestMethod]
    public async Task A_stream_that_was_open_before_a_rollback_failed_writes_nothing_after_it()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var unit = CephLab.Unit("stream", Backend);
        var volume = await CephLab.MakeAsync(storage, unit);
        await using (var stream = Ok(await storage.OpenHeldAsync(volume, None)))
        {
            storage.Gate.Held[unit.Name].RollingBack = "s0";
            var refused = await Assert.ThrowsAsync<IOException>(() => stream.WriteAsync("AAAA"u8.ToArray(), None).AsTask());
            StringAssert.Contains(refused.Message, "a rollback to s0 has not ended");
            storage.Gate.Held[unit.Name].RollingBack = null;
            await stream.WriteAsync("AAAA"u8.ToArray(), None);
        }

        Done(await storage.Ability<IVolumes>()!.DeleteAsync(volume, None));
    }

    private static async Task BackAsync(CephStorage storage, UnitId unit, string name, long epoch = 1, string node = "n1")
    {
        var plan = Ok(await storage.Ability<ISnapshots>()!.PlanRollbackAsync(new SnapshotId(unit, name), None));
        Done(await storage.Ability<ISnapshots>()!.RollbackAsync(plan, CephLab.Grant(unit, epoch, node), None));
    }

    private static async Task<IReadOnlyList<Extent>> ListAsync(CephStorage storage, VolumeId volume, string from, string to) =>
        Ok(await storage.Ability<IChangedExtents>()!.ListAsync(volume, from, to, None));

    private static async Task SnapAsync(CephStorage storage, UnitId unit, string name, long epoch = 1, string node = "n1") =>
        Ok(await storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, name), CephLab.Grant(unit, epoch, node), None));

    private static T Ok<T>(Outcome<T> outcome)
    {
        Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
        return outcome.Value;
    }

    private static void Done(Outcome outcome) => Assert.IsTrue(outcome.IsOk, $"{outcome.Fault}");
}
