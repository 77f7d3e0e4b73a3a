using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units;

/// <summary>What was said of a unit before all of it was deleted, and comes afterwards: the unit is gone, or was made anew under its name.</summary>
[TestClass]
public sealed class LateUnitTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_unit_that_was_deleted_whole_does_not_come_back_by_a_word_of_before()
    {
        await using var world = await OrderWorld.StartAsync();
        var before = world.Nodes.Record;
        var offer = await OfferAsync(world, before);
        await DeleteAllAsync(world);

        var late = await world.Nodes.Copy().PrepareAsync(before, None);
        var stream = await world.Nodes.Copy().ReceiveAsync(offer, (_, _) => Task.FromResult(Outcome.Ok(0L)), None);

        Assert.AreEqual(FaultCode.PreconditionFailed, late.Fault?.Code, late.Fault?.ToString());
        Assert.Contains("it came late", late.Fault!.Why);
        Assert.AreEqual(FaultCode.StaleEpoch, stream.Fault?.Code, stream.Fault?.ToString());
        Assert.IsNull((await world.Nodes.Copy().FindAsync(ReplicationWorld.Unit, None)).Value.Record);
        Assert.IsEmpty(await world.NamesAsync("n2"));
    }

    [TestMethod]
    public async Task Nor_by_a_cycle_that_ran_beside_the_deletion()
    {
        await using var world = await OrderWorld.StartAsync();
        UnitRecord? renewed = null;
        world.Nodes.Registry.Writing = record => renewed = record;
        await DeleteAllAsync(world);

        Assert.AreEqual(FaultCode.PreconditionFailed, (await world.Nodes.Copy().PrepareAsync(renewed!, None)).Fault?.Code);
    }

    [TestMethod]
    public async Task Made_anew_it_is_copied_at_once_and_nothing_of_before_touches_it()
    {
        await using var world = await OrderWorld.StartAsync();
        await world.Nodes.WriteAsync(4);
        await world.Nodes.GoodCycleAsync();
        var before = world.Nodes.Record;
        var offer = await OfferAsync(world, before);
        await DeleteAllAsync(world);

        var made = await world.Volumes.CreateAsync(OrderWorld.Order("data") with { Copies = ["n2"] }, None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        await world.Nodes.GoodCycleAsync();
        Assert.AreNotEqual(before.Life, world.Nodes.Record.Life);
        CollectionAssert.AreEqual(new[] { "data" }, (await world.NamesAsync("n2")).ToList());

        var copy = world.Nodes.Copy();
        Assert.AreEqual(FaultCode.PreconditionFailed, (await copy.PrepareAsync(before, None)).Fault?.Code);
        Assert.AreEqual(FaultCode.StaleEpoch, (await copy.ReceiveAsync(offer, (_, _) => Task.FromResult(Outcome.Ok(0L)), None)).Fault?.Code);
        Assert.AreEqual(FaultCode.StaleEpoch, (await copy.CompleteAsync(before, "na-1-1", None)).Fault?.Code);
        Assert.IsTrue((await copy.DeleteAsync(before with { Revision = 99 }, null, None)).IsOk, "what it was about is gone");
        CollectionAssert.AreEqual(new[] { "data" }, (await world.NamesAsync("n2")).ToList(), "a late order to delete is not about this one");
        await world.Nodes.GoodCycleAsync();
    }

    [TestMethod]
    public void It_is_remembered_over_a_restart_and_an_unreadable_memory_is_told()
    {
        var folder = Directory.CreateTempSubdirectory("nodeagent-late-").FullName;
        var record = new UnitRecord(ReplicationWorld.Unit, ReplicationWorld.Writer, new Epoch(1), 5, [new NodeId("n2")], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false) { Life = "first" };
        var registry = UnitRegistry.Load(folder).Value;
        Assert.IsTrue(registry.Adopt(record, ReplicationWorld.Writer, new NodeId("n2")).IsOk);
        Assert.IsTrue(registry.Bury(record).IsOk);

        var again = UnitRegistry.Load(folder).Value;

        Assert.IsEmpty(again.All());
        Assert.AreEqual(FaultCode.PreconditionFailed, again.Adopt(record with { Revision = 4 }, ReplicationWorld.Writer, new NodeId("n2")).Fault?.Code);
        File.WriteAllText(Path.Combine(folder, "deleted-units"), "[{");
        Assert.Contains("deleted-units", UnitRegistry.Load(folder).Fault!.What);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public async Task A_copy_that_was_thrown_away_is_made_anew_with_the_same_record()
    {
        await using var world = await OrderWorld.StartAsync();
        Assert.IsTrue((await world.Nodes.Copy().DeleteAsync(world.Nodes.Record, null, None)).IsOk);

        await world.Nodes.GoodCycleAsync();

        CollectionAssert.AreEqual(new[] { "data", "wal" }, (await world.NamesAsync("n2")).ToList());
    }

    private static async Task DeleteAllAsync(OrderWorld world)
    {
        foreach (var name in new[] { "wal", "data" })
        {
            var deleted = await world.Deletes.DeleteAsync("db", name, None);
            Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        }
    }

    // Its bytes do not matter: it is refused before one is read.
    private static async Task<StreamOffer> OfferAsync(OrderWorld world, UnitRecord record)
    {
        var points = (await world.Nodes.Streams().ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes.First(known => known.Volume == "data").Points;
        return new StreamOffer(new StreamStep(new VolumeId(ReplicationWorld.Unit, "data"), null, points[^1], null, record.Epoch), record.Revision, null) { Life = record.Life };
    }
}
