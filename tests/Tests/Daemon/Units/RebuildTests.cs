using NodeAgent.Contract;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class RebuildTests
{
    [TestMethod]
    public async Task A_good_copy_is_not_thrown_away()
    {
        await using var world = await OrderWorld.StartAsync();
        var rebuilt = await world.Replication.RebuildAsync("db", "n2", OrderWorld.None);
        Assert.HasCount(2, await world.NamesAsync("n2"), "a good copy is gone");
        Assert.AreEqual(FaultCode.PreconditionFailed, rebuilt.Fault?.Code);
    }

    [TestMethod]
    public async Task The_last_copy_there_is_is_not_thrown_away()
    {
        await using var world = await OrderWorld.StartAsync();
        await world.HideAsync();
        var rebuilt = await world.Replication.RebuildAsync("db", "n2", OrderWorld.None);
        Assert.HasCount(2, await world.NamesAsync("n2"), "the only data left is gone");
        Assert.AreEqual(FaultCode.PreconditionFailed, rebuilt.Fault?.Code);
    }

    [TestMethod]
    public async Task A_copy_that_has_parted_is_made_anew()
    {
        await using var world = await OrderWorld.StartAsync();
        var unit = ReplicationWorld.Unit;
        var names = (await world.Nodes.Snapshots().ListAsync(unit, OrderWorld.None)).Value.Select(known => known.Id.Name).ToList();
        Assert.IsTrue((await world.Nodes.Streams().ForgetAnchorAsync(unit, new NodeId("n2"), OrderWorld.None)).IsOk);
        Assert.IsTrue((await world.Nodes.Snapshots().DeleteAsync(unit, names, OrderWorld.None)).IsOk);
        await world.Nodes.WriteAsync(2);
        Assert.AreEqual(FaultCode.Diverged, (await world.Nodes.CycleAsync()).Value[new NodeId("n2")].Fault?.Code);
        var rebuilt = await world.Replication.RebuildAsync("db", "n2", OrderWorld.None);
        Assert.IsTrue(rebuilt.IsOk, rebuilt.Fault?.ToString());
        await world.Nodes.GoodCycleAsync();
        await world.Nodes.AssertEqualAsync("after it was made anew");
    }
}
