using NodeAgent.Contract;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class DeleteOrderTests
{
    [TestMethod]
    public async Task The_last_volume_takes_unit_record_and_copies_with_it()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk);
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "data", OrderWorld.None)).IsOk);
        Assert.IsEmpty(await world.NamesAsync("n1"));
        Assert.IsEmpty(await world.NamesAsync("n2"));
        Assert.IsNull(world.Nodes.Registry.Find(ReplicationWorld.Unit));
    }

    [TestMethod]
    public async Task A_storage_that_is_not_there_does_not_cost_the_copies()
    {
        await using var world = await OrderWorld.StartAsync();
        await world.HideAsync();
        var deleted = await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None);
        CollectionAssert.AreEqual(new[] { "data", "wal" }, (await world.NamesAsync("n2")).ToList(), "the only data left is gone");
        Assert.AreEqual(FaultCode.PreconditionFailed, deleted.Fault?.Code);
        Assert.IsNotNull(world.Nodes.Registry.Find(ReplicationWorld.Unit));
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }

    [TestMethod]
    public async Task A_delete_that_was_waiting_for_a_node_still_ends_the_unit()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk);
        world.Nodes.Copy().Down = OrderWorld.Down;
        Assert.IsFalse((await world.Deletes.DeleteAsync("db", "data", OrderWorld.None)).IsOk);
        world.Nodes.Copy().Down = null;
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.IsEmpty(await world.NamesAsync("n2"));
        Assert.IsNull(world.Nodes.Registry.Find(ReplicationWorld.Unit));
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }

    [TestMethod]
    public async Task A_refused_delete_keeps_what_the_next_increment_starts_at()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk);
        var path = (await world.Nodes.Volumes().GetAsync(new VolumeId(ReplicationWorld.Unit, "data"), OrderWorld.None)).Value.Path!;
        await using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            Assert.AreEqual(FaultCode.InUse, (await world.Deletes.DeleteAsync("db", "data", OrderWorld.None)).Fault?.Code);
        }

        var names = (await world.Nodes.Snapshots().ListAsync(ReplicationWorld.Unit, OrderWorld.None)).Value.Select(known => known.Id.Name).ToList();
        Assert.IsTrue((await world.Nodes.Snapshots().DeleteAsync(ReplicationWorld.Unit, names, OrderWorld.None)).IsOk);

        // The snapshot itself may be gone by the time a copy that was away comes back; its anchor may not.
        var history = (await world.Nodes.Streams().ReadHistoryAsync(ReplicationWorld.Unit, OrderWorld.None)).Value;
        Assert.IsTrue(history.Volumes[0].Points.Any(point => point.IsBookmark), "the anchor for n2 is gone");
    }
}
