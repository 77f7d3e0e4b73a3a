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
        var outcome = await cycle.RunAsync(Record, Grant, seen.IsOk ? seen.Value[0] : null, None);
        sweep.Run();
        return outcome;
    }

    public void Dispose() => runner.Dispose();
}
