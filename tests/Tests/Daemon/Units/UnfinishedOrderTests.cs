using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Tests.Daemon.Units;

[TestClass]
public sealed class UnfinishedOrderTests
{
    [TestMethod]
    public async Task A_volume_that_is_made_anew_is_not_deleted_by_the_order_that_deleted_the_old_one()
    {
        await using var world = await OrderWorld.StartAsync();
        world.Nodes.Copy().Down = OrderWorld.Down;
        Assert.IsFalse((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk, "n2 still has its copy");
        var early = await world.Volumes.CreateAsync(OrderWorld.Order("wal"), OrderWorld.None);
        world.Nodes.Copy().Down = null;
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.AreEqual(early.IsOk, (await world.NamesAsync("n1")).Contains("wal"), "an acknowledged volume was deleted");
        Assert.AreEqual(FaultCode.Busy, early.Fault?.Code);
        Assert.Contains("n2", early.Fault!.Why);

        var made = await world.Volumes.CreateAsync(OrderWorld.Order("wal"), OrderWorld.None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        Assert.Contains("wal", await world.NamesAsync("n1"));
    }

    [TestMethod]
    public async Task Another_volume_can_be_made_while_one_is_being_deleted()
    {
        await using var world = await OrderWorld.StartAsync();
        world.Nodes.Copy().Down = OrderWorld.Down;
        Assert.IsFalse((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk);
        var made = await world.Volumes.CreateAsync(OrderWorld.Order("logs"), OrderWorld.None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        world.Nodes.Copy().Down = null;
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        CollectionAssert.AreEqual(new[] { "data", "logs" }, (await world.NamesAsync("n1")).ToList());
        Assert.IsNotNull(world.Nodes.Registry.Find(world.Nodes.Record.Unit));
    }

    [TestMethod]
    public async Task Orders_about_one_unit_wait_for_each_other()
    {
        await using var world = await OrderWorld.StartAsync();
        var first = new TaskCompletionSource<int>();
        var one = world.Runner.AloneAsync("volume/dir:db/data", () => first.Task, OrderWorld.None);
        var two = world.Runner.AloneAsync("delete/dir:db/data", () => Task.FromResult(2), OrderWorld.None);
        var other = world.Runner.AloneAsync("delete/dir:web/data", () => Task.FromResult(3), OrderWorld.None);
        Assert.AreEqual(3, await other);
        Assert.IsFalse(two.IsCompleted, "two orders about one unit at once");
        first.SetResult(1);
        Assert.AreEqual(3, await one + await two);
    }

    [TestMethod]
    public async Task A_deleted_volume_is_not_made_again_by_an_order_that_was_cut_off()
    {
        await using var world = await OrderWorld.StartAsync();
        var order = OrderWorld.Order("wal");
        Assert.IsTrue(world.Nodes.Journal.Begin("volume/dir:db/wal", VolumeOrders.OperationKind, "dir:db/wal", ImmutableDictionary<string, string>.Empty
            .Add("order", JsonSerializer.Serialize(order, WireJson.Compact))).IsOk);
        Assert.IsTrue((await world.Deletes.DeleteAsync("db", "wal", OrderWorld.None)).IsOk);
        await world.Runner.ResumeAllAsync(OrderWorld.None);
        CollectionAssert.AreEqual(new[] { "data" }, (await world.NamesAsync("n1")).ToList());
        Assert.IsEmpty(world.Nodes.Journal.Open());
    }
}
