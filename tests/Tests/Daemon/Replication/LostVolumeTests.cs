using NodeAgent.Core.Replication;
using NodeAgent.Tests.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Replication;

[TestClass]
public sealed class LostVolumeTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task Replication_goes_on_after_one_of_the_units_volumes_is_deleted()
    {
        await using var world = await OrderWorld.StartAsync();
        for (var cycle = 0; cycle < 4; cycle++)
        {
            await world.Nodes.GoodCycleAsync();
        }

        var before = await NumbersAsync(world, "n1");
        foreach (var known in (await world.Nodes.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value)
        {
            // ZFS keeps on a snapshot which volumes it was made of, so these never become whole again.
            world.Nodes.Incomplete.Add(known.Id.Name);
        }

        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", None)).IsOk);
        for (var cycle = 0; cycle < 8; cycle++)
        {
            await world.Nodes.GoodCycleAsync();
        }

        var after = await NumbersAsync(world, "n1");
        Assert.IsGreaterThan(before.Max(), after.Min(), "names are given anew, or old snapshots stay for ever");
        Assert.IsLessThanOrEqualTo(3, after.Count);
        Assert.IsLessThanOrEqualTo(4, (await NumbersAsync(world, "n2")).Count, "old snapshots stay on the copy for ever");
    }

    private static async Task<IReadOnlyList<long>> NumbersAsync(OrderWorld world, string node) =>
        [.. (await world.Nodes.Streams(node).ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes
            .SelectMany(volume => volume.Points).Where(point => !point.IsBookmark)
            .Select(point => SnapshotName.Parse(point.Name)!.Value.Number).Distinct()];
}
