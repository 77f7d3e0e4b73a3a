using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>The instant of a snapshot.</summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class SnapshotTakingTests
{
    private const string Backend = "instants";
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_snapshot_of_one_volume_waits_for_a_write_under_way()
    {
        var cluster = await CephCluster.SharedAsync();
        await using var storage = CephLab.Open(cluster, backend: Backend);
        var unit = CephLab.Unit("barrier", Backend);
        var volume = await CephLab.MakeAsync(storage, unit);
        using var isWritten = new ManualResetEventSlim();
        using var isBegun = new ManualResetEventSlim();
        var writing = Task.Run(() => storage.Gate.Held[unit.Name].Write(() =>
        {
            isBegun.Set();
            return isWritten.Wait(TimeSpan.FromSeconds(30));
        }));
        Assert.IsTrue(isBegun.Wait(TimeSpan.FromSeconds(10)));
        var taking = storage.Ability<ISnapshots>()!.CreateAsync(new SnapshotId(unit, "s0"), CephLab.Grant(unit), None);
        Assert.AreNotSame(taking, await Task.WhenAny(taking, Task.Delay(1500)), "a snapshot was made while a write was under way");
        isWritten.Set();
        Assert.IsTrue(await writing);
        Assert.IsTrue((await taking).IsOk, $"{(await taking).Fault}");
        Assert.IsTrue((await storage.Ability<IVolumes>()!.DeleteAsync(volume, None)).IsOk);
    }
}
