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
        Assert.IsTrue(registry.Bury(record, record.Writer).IsOk);

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

    [TestMethod]
    public async Task A_unit_without_a_life_gets_one_before_its_next_cycle_and_what_is_on_its_way_is_still_taken()
    {
        await using var world = await WithoutLifeAsync();
        var before = world.Nodes.Record;
        await world.Nodes.WriteAsync(5);
        var offer = await OfferAsync(world, before);

        var alive = world.Nodes.Registry.GiveLife(before, ReplicationWorld.Writer).Value;
        Assert.AreEqual(before with { Life = UnitRecord.GivenLife }, alive);
        Assert.AreEqual(alive, world.Nodes.Record, "it is on disk before anybody is told");
        await world.Nodes.GoodCycleAsync();

        var copy = world.Nodes.Copy();
        Assert.AreEqual(alive, (await copy.FindAsync(ReplicationWorld.Unit, None)).Value.Record);
        Assert.IsTrue((await copy.PrepareAsync(before, None)).IsOk, "an agent of before, or a word of before");
        var newest = (await world.Nodes.Streams().ReadHistoryAsync(ReplicationWorld.Unit, None)).Value.Volumes[0].Points[^1].Name;
        Assert.IsTrue((await copy.CompleteAsync(before, newest, None)).IsOk);
        var stream = await copy.ReceiveAsync(offer, (_, _) => Task.FromResult(Outcome.Ok(0L)), None);
        Assert.AreNotEqual(FaultCode.StaleEpoch, stream.Fault?.Code, "it is not refused for what it is of");
        Assert.AreEqual(UnitRecord.GivenLife, (await copy.FindAsync(ReplicationWorld.Unit, None)).Value.Record!.Life);
    }

    [TestMethod]
    public async Task The_loop_gives_it_before_the_cycle()
    {
        await using var world = await WithoutLifeAsync();
        using var loop = world.Nodes.Loop();
        using var ending = new CancellationTokenSource();
        var told = new TaskCompletionSource();
        world.Nodes.Registry.Writing = _ => told.TrySetResult();
        var running = loop.RunAsync(ending.Token);
        await told.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await ending.CancelAsync();
        await running;

        Assert.AreEqual(UnitRecord.GivenLife, world.Nodes.Record.Life);
    }

    [TestMethod]
    public async Task Only_its_writer_gives_it_and_only_in_the_epoch_that_it_means()
    {
        await using var world = await WithoutLifeAsync();
        var (registry, record) = (world.Nodes.Registry, world.Nodes.Record);

        Assert.IsNull(registry.GiveLife(record, new NodeId("n2")).Value.Life);
        Assert.IsNull(registry.GiveLife(record with { Epoch = new Epoch(0) }, ReplicationWorld.Writer).Value.Life);
        Assert.IsNull(world.Nodes.Record.Life);
    }

    [TestMethod]
    public async Task Deleted_whole_and_made_anew_it_is_not_touched_by_what_says_no_life()
    {
        await using var world = await WithoutLifeAsync();
        await world.Nodes.WriteAsync(4);
        await world.Nodes.GoodCycleAsync();
        var before = world.Nodes.Record with { Life = null };
        var offer = await OfferAsync(world, before);
        await DeleteAllAsync(world);
        var copy = world.Nodes.Copy();
        Assert.AreEqual(FaultCode.PreconditionFailed, (await copy.PrepareAsync(before, None)).Fault?.Code, "it does not come back");

        Assert.IsTrue((await world.Volumes.CreateAsync(OrderWorld.Order("data") with { Copies = ["n2"] }, None)).IsOk);
        await world.Nodes.GoodCycleAsync();

        Assert.AreEqual(FaultCode.PreconditionFailed, (await copy.PrepareAsync(before, None)).Fault?.Code);
        Assert.AreEqual(FaultCode.StaleEpoch, (await copy.ReceiveAsync(offer, (_, _) => Task.FromResult(Outcome.Ok(0L)), None)).Fault?.Code);
        Assert.AreEqual(FaultCode.StaleEpoch, (await copy.CompleteAsync(before, "na-1-1", None)).Fault?.Code);
        Assert.IsTrue((await copy.DeleteAsync(before, null, None)).IsOk, "what it was about is gone");
        CollectionAssert.AreEqual(new[] { "data" }, (await world.NamesAsync("n2")).ToList());
        await world.Nodes.GoodCycleAsync();
    }

    [TestMethod]
    public void An_older_agent_that_makes_a_deleted_unit_anew_goes_on_replicating_and_is_upgraded_later()
    {
        var folder = Directory.CreateTempSubdirectory("nodeagent-late-").FullName;
        var (n2, n3) = (new NodeId("n2"), new NodeId("n3"));
        var record = new UnitRecord(ReplicationWorld.Unit, ReplicationWorld.Writer, new Epoch(1), 5, [n2], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false) { Life = UnitRecord.GivenLife };
        var registry = UnitRegistry.Load(folder).Value;
        Assert.IsTrue(registry.Adopt(record, ReplicationWorld.Writer, n2).IsOk);
        Assert.IsTrue(registry.Bury(record with { Revision = 6 }, ReplicationWorld.Writer).IsOk);

        var anew = record with { Writer = n3, Revision = 1, Life = null };
        Assert.IsTrue(registry.Adopt(anew, n3, n2).IsOk, "an older agent says no life");
        Assert.IsFalse(registry.IsOfEarlierLife(anew.Unit, null, n3, anew.Epoch, 1));
        Assert.AreEqual(anew.Alive(), registry.Adopt(anew.Alive(), n3, n2).Value, "upgraded, it gives the unit the life that the deleted one had");
        Assert.AreEqual(anew.Alive() with { Revision = 2 }, registry.Adopt(anew.Alive() with { Revision = 2 }, n3, n2).Value);

        // And who orders a deletion without a life may make the unit anew without one.
        Assert.IsTrue(registry.Bury(anew.Alive() with { Revision = 9 }, null).IsOk);
        Assert.IsTrue(registry.Adopt(anew, n3, n2).IsOk);
        Directory.Delete(folder, recursive: true);
    }

    // As an agent made it that gave units no lives.
    private static Task<OrderWorld> WithoutLifeAsync() => OrderWorld.StartAsync(life: null);

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
