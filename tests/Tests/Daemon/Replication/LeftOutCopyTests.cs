using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>A node that is left out while its copy is brought up to date keeps no snapshot on the writer.</summary>
[TestClass]
public sealed class LeftOutCopyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [TestMethod]
    public async Task A_run_to_a_copy_that_was_left_out_meanwhile_anchors_nothing()
    {
        await using var world = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-left-").FullName, new ManualTimeProvider()) { OwnsFolder = true };
        await world.CreateAsync();
        await world.WriteAsync(1);
        await world.GoodCycleAsync();
        using var runs = new CopyRuns(null);
        var stream = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Copy().Slow = stream.Task;
        await world.WriteAsync(2);
        await world.CycleAsync(runs, _ => Task.CompletedTask);
        var run = runs.Running.Single();
        using var runner = new OperationRunner(world.Journal, [], new ManualTimeProvider(), NullLogger.Instance);
        var left = await new ReplicationOrders(WorldOf(world), runner).SetAsync(new ReplicationOrder("db", [], null, null, null, null), None);
        Assert.IsTrue(left.IsOk, left.Fault?.ToString());
        stream.SetResult();
        var ended = await run.Work;
        Assert.AreEqual(FaultCode.PreconditionFailed, ended.Fault?.Code, "it is no copy any more");
        var names = (await world.Snapshots().ListAsync(ReplicationWorld.Unit, None)).Value.Select(snapshot => snapshot.Id.Name).ToList();
        CollectionAssert.Contains(names, run.Snapshot);
        var deleted = await world.Snapshots().DeleteAsync(ReplicationWorld.Unit, names, None);
        Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
    }

    private static UnitWorld WorldOf(ReplicationWorld world) => new(
        ReplicationWorld.Writer, world.Registry, world.Journal, world,
        () => new Dictionary<BackendId, IBackend> { [ReplicationWorld.Unit.Backend] = world.Backend() },
        () => [new NodeId("n2")], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
}
