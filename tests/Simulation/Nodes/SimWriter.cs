using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Simulation.Nodes;

/// <summary>The writer's agent as it runs: the production parts, put together as the daemon does it.</summary>
internal sealed class SimWriter : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SimNode node;
    private readonly UnitCycle cycle;
    private readonly CycleSweep sweep;
    private readonly OperationRunner runner;
    private readonly CopyRuns runs = new(null);
    private readonly List<CopyRun> begun = [];

    public SimWriter(SimNode node, SimJournal journal, IReadOnlyDictionary<NodeId, SimLink> links, TimeProvider time)
    {
        this.node = node;
        journal.Reload();
        Directory = new SimDirectory(links);
        cycle = new UnitCycle(node.Replicated, journal, new StreamBoard(), Directory);
        sweep = new CycleSweep(node.Id, node.Registry, journal);
        var world = new UnitWorld(
            node.Id, node.Registry, journal, Directory, () => node.Backends, () => [.. links.Keys],
            () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 2), _ => { });
        var handlers = new List<IOperationHandler>();
        runner = new OperationRunner(journal, handlers, time, NullLogger.Instance);
        Volumes = new VolumeOrders(world, runner);
        Deletes = new DeleteOrders(world, runner);
        Replication = new ReplicationOrders(world, runner);
        handlers.AddRange([Volumes, Deletes]);
    }

    public SimDirectory Directory { get; }

    public VolumeOrders Volumes { get; }

    public DeleteOrders Deletes { get; }

    public ReplicationOrders Replication { get; }

    public UnitRecord Record => node.Registry.Find(World.Unit)!;

    public WriteGrant Grant => Grants.For(Record, node.Id).Value;

    /// <summary>One interval: open operations are taken up, then the unit's cycle runs, then the journal is swept.</summary>
    public async Task<Outcome<CycleReport>> RunAsync()
    {
        await runner.ResumeAllAsync(None);
        var seen = await node.Replicated.Streams.ReadChangesAsync([World.Unit], None);
        if (Record.Copies.All(runs.IsBusy))
        {
            sweep.Run();
            return new CycleReport(new Dictionary<NodeId, Outcome<CopyReport>>(), null);
        }

        var outcome = await cycle.RunAsync(Record, Grant, seen.IsOk ? seen.Value[0] : null, runs, SeeAsync, None);
        sweep.Run();
        return outcome;
    }

    /// <summary>Tells of runs that have ended since the last look; a kill or a violation comes out of here.</summary>
    public async Task LookAtRunsAsync()
    {
        foreach (var run in begun.Where(run => run.Work.IsCompleted).ToList())
        {
            begun.Remove(run);
            await run.Work;
        }
    }

    public void Dispose()
    {
        runner.Dispose();
        runs.Dispose();
    }

    // Whatever did not end on this stack stands still: the cycle goes on without it.
    private async Task SeeAsync(IReadOnlyList<CopyRun> now)
    {
        begun.AddRange(now);
        await LookAtRunsAsync();
    }
}
