using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class CloneOrderTests
{
    private static readonly UnitId Copy = new(ReplicationWorld.Unit.Backend, "copy");

    [TestMethod]
    public async Task A_clone_is_a_unit_of_its_own_and_its_name_is_taken()
    {
        await using var world = await OrderWorld.StartAsync();
        var made = await world.Clones.CloneAsync("db", "na-1-1", "copy", OrderWorld.None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        Assert.AreEqual("data wal", await VolumesAsync(world));
        Assert.IsEmpty(world.Nodes.Journal.Open());
        Assert.AreEqual(FaultCode.AlreadyExists, (await world.Clones.CloneAsync("db", "na-1-1", "copy", OrderWorld.None)).Fault?.Code);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task A_clone_that_was_cut_off_is_finished(bool hasRecord)
    {
        await using var world = await OrderWorld.StartAsync();
        Leave(world, "dir:db", "na-1-1", hasRecord);
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.AreEqual("data wal", await VolumesAsync(world));
        Assert.AreEqual(ReplicationWorld.Writer, world.Nodes.Registry.Find(Copy)?.Writer);
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }

    [TestMethod]
    [DataRow("dir:db", "gone")]
    [DataRow("dir:gone", "na-1-1")]
    public async Task A_clone_that_cannot_be_made_any_more_is_undone(string unit, string snapshot)
    {
        await using var world = await OrderWorld.StartAsync();
        Leave(world, unit, snapshot, hasRecord: true);
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.IsNull(world.Nodes.Registry.Find(Copy), "a unit without storage is left");
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }

    [TestMethod]
    public async Task A_clone_that_is_deleted_is_not_made_again_by_the_order_that_was_cut_off()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Clones.CloneAsync("db", "na-1-1", "copy", OrderWorld.None)).IsOk);
        Leave(world, "dir:db", "na-1-1", hasRecord: true);
        foreach (var volume in new[] { "data", "wal" })
        {
            var deleted = await world.Deletes.DeleteAsync("copy", volume, OrderWorld.None);
            Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        }

        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.AreEqual("", await VolumesAsync(world));
        Assert.IsNull(world.Nodes.Registry.Find(Copy));
    }

    private static void Leave(OrderWorld world, string unit, string snapshot, bool hasRecord)
    {
        var begun = world.Nodes.Journal.Begin(CloneOrders.KeyOf(Copy), CloneOrders.OperationKind, "a clone", ImmutableDictionary<string, string>.Empty
            .Add("unit", unit).Add("snapshot", snapshot).Add("clone", Copy.Name));
        Assert.IsTrue(begun.IsOk, begun.Fault?.ToString());
        if (hasRecord)
        {
            var stored = world.Nodes.Registry.Store(world.Nodes.Record with { Unit = Copy, Copies = [], Epoch = new Epoch(1) });
            Assert.IsTrue(stored.IsOk, stored.Fault?.ToString());
        }
    }

    private static async Task<string> VolumesAsync(OrderWorld world) => string.Join(' ', (await world.Nodes.Volumes().ListAsync(OrderWorld.None))
        .Value.Where(volume => volume.Id.Unit == Copy).Select(volume => volume.Id.Name).Order(StringComparer.Ordinal));
}
