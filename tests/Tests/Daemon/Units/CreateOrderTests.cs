using NodeAgent.Contract;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class CreateOrderTests
{
    [TestMethod]
    public async Task A_node_that_keeps_a_copy_does_not_change_the_writers_record()
    {
        await using var world = await OrderWorld.StartAsync();
        var told = world.Nodes.Record with { Unit = new UnitId(new BackendId("dir"), "web"), Writer = new NodeId("n3"), Copies = [new NodeId("n1")] };
        Assert.IsTrue(world.Nodes.Registry.Adopt(told, told.Writer, ReplicationWorld.Writer).IsOk);
        var order = OrderWorld.Order("data", "web") with { Copies = ["n2"], IntervalSeconds = 10 };
        Assert.AreEqual(FaultCode.NotWriter, (await world.Volumes.CreateAsync(order, OrderWorld.None)).Fault?.Code);
        Assert.AreEqual(told, world.Nodes.Registry.Find(told.Unit), "the writer would be refused from now on");
    }

    [TestMethod]
    public async Task A_unit_whose_storage_is_not_there_is_not_made_a_second_time()
    {
        await using var world = await OrderWorld.StartAsync();
        await world.HideAsync();
        var made = await world.Volumes.CreateAsync(OrderWorld.Order("data"), OrderWorld.None);
        Assert.AreEqual(FaultCode.PreconditionFailed, made.Fault?.Code);
        Assert.IsEmpty(await world.NamesAsync("n1"));
    }

    [TestMethod]
    public async Task A_refused_volume_does_not_cost_the_units_record()
    {
        await using var world = await OrderWorld.StartAsync();
        var refused = await world.Volumes.CreateAsync(OrderWorld.Order("logs") with { Profile = "no such profile" }, OrderWorld.None);
        Assert.IsFalse(refused.IsOk);
        Assert.IsNotNull(world.Nodes.Registry.Find(ReplicationWorld.Unit));
        var unit = await world.Volumes.CreateAsync(OrderWorld.Order("data", "fresh") with { Profile = "no such profile" }, OrderWorld.None);
        Assert.IsFalse(unit.IsOk);
        Assert.IsNull(world.Nodes.Registry.Find(new UnitId(new BackendId("dir"), "fresh")), "a unit without volumes is left");
    }
}
