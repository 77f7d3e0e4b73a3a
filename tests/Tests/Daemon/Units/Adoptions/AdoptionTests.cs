using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Adoptions;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units.Adoptions;

/// <summary>A writer whose state folder was lost, over real Directory backends: n1 writes, n2 keeps a copy, n3 knows nothing.</summary>
[TestClass]
public sealed class AdoptionTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly NodeId[] Members = [new("n2"), new("n3")];

    [TestMethod]
    public async Task A_lost_record_is_taken_up_again_and_copies_go_on_by_increments()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var before = world.Copy().Streams;
        var adopted = await new AdoptionOrders(WorldOf(world), runner).AdoptAsync("db", None);
        Assert.IsTrue(adopted.IsOk, adopted.Fault?.ToString());
        Assert.IsTrue(adopted.Value.IsDone);
        Assert.AreEqual("n2", string.Join(' ', world.Record.Copies));
        Assert.AreEqual(new Epoch(1), world.Record.Epoch);
        await world.WriteAsync(9);
        await world.GoodCycleAsync();
        await world.AssertEqualAsync("after the record was adopted");
        Assert.AreEqual(before + 2, world.Copy().Streams, "an increment for each volume");
    }

    [TestMethod]
    public async Task A_plan_changes_nothing()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var told = (await world.Copy().FindAsync(ReplicationWorld.Unit, None)).Value.Record;
        var planned = await new AdoptionOrders(WorldOf(world), runner).PlanAsync("dir:db", None);
        Assert.IsTrue(planned.IsOk && !planned.Value.IsDone, planned.Fault?.ToString());
        StringAssert.Contains(string.Join('\n', planned.Value.Steps), "n2 get increments");
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
        Assert.AreEqual(told, (await world.Copy().FindAsync(ReplicationWorld.Unit, None)).Value.Record);
    }

    [TestMethod]
    public async Task A_node_that_lost_its_membership_too_cannot_know_of_another_writer()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var alone = WorldOf(world) with { Members = () => [], IsInCluster = () => false };
        var adopted = await new AdoptionOrders(alone, runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.PreconditionFailed, adopted.Fault?.Code);
        StringAssert.Contains(adopted.Fault!.NextStep, "cluster join");
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
    }

    [TestMethod]
    public async Task A_silent_member_refuses_it()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        world.Copy(3).Down = OrderWorld.Down;
        var adopted = await new AdoptionOrders(WorldOf(world), runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.PeerUnavailable, adopted.Fault?.Code);
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
    }

    [TestMethod]
    public async Task A_member_that_lost_its_record_too_and_wrote_later_refuses_it()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var told = (await world.Copy().FindAsync(ReplicationWorld.Unit, None)).Value.Record!;
        var third = Grants.For(told with { Writer = Members[1], Epoch = new Epoch(2) }, Members[1]);
        var made = await world.Volumes("n3").CreateAsync(new VolumeSpec(new VolumeId(ReplicationWorld.Unit, "data"), VolumeKind.Block, 1 << 20), third.Value, None);
        Assert.IsTrue(made.IsOk, made.Fault?.ToString());
        var role = await world.Roles("n3").GetRoleAsync(ReplicationWorld.Unit, None);
        Assert.AreEqual((Role.Writer, new Epoch(2)), (role.Value.Role, role.Value.Epoch));
        var adopted = await new AdoptionOrders(WorldOf(world), runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.Diverged, adopted.Fault?.Code, adopted.Fault?.ToString() ?? "two nodes hold themselves for the writer");
        StringAssert.Contains(adopted.Fault!.Why, "n3 has no record either");
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
    }

    [TestMethod]
    public async Task A_storage_that_was_made_anew_is_refused_for_the_copys_sake()
    {
        await using var world = await LostAsync(lose: false);
        using var runner = Runner(world);
        var volume = new VolumeId(ReplicationWorld.Unit, "data");
        Assert.IsTrue((await world.Streams().ForgetAnchorAsync(ReplicationWorld.Unit, Members[0], None)).IsOk);
        Assert.IsTrue((await world.Volumes().DeleteAsync(volume, None)).IsOk);
        Assert.IsTrue((await world.Volumes().CreateAsync(new VolumeSpec(volume, VolumeKind.Block, 1 << 20), world.Grant, None)).IsOk);
        Assert.IsTrue(world.Registry.Forget(ReplicationWorld.Unit).IsOk);
        var adopted = await new AdoptionOrders(WorldOf(world), runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.WouldLoseWrites, adopted.Fault?.Code, adopted.Fault?.ToString());
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
    }

    [TestMethod]
    public async Task A_record_that_is_not_lost_stays_as_it_is()
    {
        await using var world = await LostAsync(lose: false);
        using var runner = Runner(world);
        var before = world.Record;
        var adopted = await new AdoptionOrders(WorldOf(world), runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.PreconditionFailed, adopted.Fault?.Code);
        Assert.AreEqual(before, world.Record);
    }

    [TestMethod]
    public async Task A_name_without_storage_is_not_found()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var adopted = await new AdoptionOrders(WorldOf(world), runner).PlanAsync("dbx", None);
        Assert.AreEqual(FaultCode.NotFound, adopted.Fault?.Code);
    }

    [TestMethod]
    public async Task A_unit_of_a_service_that_is_elsewhere_is_refused()
    {
        await using var world = await LostAsync();
        using var runner = Runner(world);
        var served = WorldOf(world) with { Tenures = new Tenures([new(ReplicationWorld.Unit, "shop")]) };
        var adopted = await new AdoptionOrders(served, runner).AdoptAsync("db", None);
        Assert.AreEqual(FaultCode.NotWriter, adopted.Fault?.Code);
        Assert.IsNull(world.Registry.Find(ReplicationWorld.Unit));
    }

    private static async Task<ReplicationWorld> LostAsync(bool lose = true)
    {
        var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-adopt-").FullName, new ManualTimeProvider(), copies: 2) { OwnsFolder = true };
        await world.CreateAsync();
        world.Change(record => record with { Copies = [Members[0]] });
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        Assert.IsTrue(!lose || world.Registry.Forget(ReplicationWorld.Unit).IsOk);
        return world;
    }

    private static OperationRunner Runner(ReplicationWorld world) => new(world.Journal, [], new ManualTimeProvider(), NullLogger.Instance);

    private static UnitWorld WorldOf(ReplicationWorld world) => new(
        ReplicationWorld.Writer, world.Registry, world.Journal, world,
        () => new Dictionary<BackendId, IBackend> { [ReplicationWorld.Unit.Backend] = world.Backend() },
        () => Members, () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
}
