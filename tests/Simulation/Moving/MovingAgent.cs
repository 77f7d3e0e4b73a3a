using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Simulation.Nodes;

namespace NodeAgent.Simulation.Moving;

/// <summary>An agent that may become the writer and stop being it: the production parts, put together as the daemon does it.</summary>
internal sealed class MovingAgent : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SimNode node;
    private readonly SimJournal journal;
    private readonly SimDirectory directory;
    private readonly OperationRunner runner;
    private readonly OwnUnits own;
    private readonly Func<bool> givesLives;

    public MovingAgent(SimNode node, SimJournal journal, IReadOnlyDictionary<NodeId, SimLink> links, TimeProvider time, Func<bool> givesLives)
    {
        this.node = node;
        this.journal = journal;
        this.givesLives = givesLives;
        journal.Reload();
        directory = new SimDirectory(links);
        World = new UnitWorld(
            node.Id, node.Registry, journal, directory, () => node.Backends, () => [.. links.Keys],
            () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 2), _ => { });
        var handlers = new List<IOperationHandler>();
        runner = new OperationRunner(journal, handlers, time, NullLogger.Instance);
        own = new OwnUnits(World, runner, NullLogger.Instance);
        TakeOvers = new TakeOvers(World, node.Copies, runner);
        Replication = new ReplicationOrders(World, runner);
        Switchovers = new Switchovers(
            World, runner,
            new SwitchoverTools(peer => links[peer], Cycle, (_, _) => Task.FromResult<IDisposable>(new MemoryStream()), (_, _) => null, _ => { }),
            time, NullLogger.Instance);
        handlers.Add(Switchovers);
    }

    public UnitWorld World { get; }

    public TakeOvers TakeOvers { get; }

    public ReplicationOrders Replication { get; }

    public Switchovers Switchovers { get; }

    /// <summary>True if this node's own record names it.</summary>
    public bool IsWriter => node.Registry.Find(Nodes.World.Unit)?.Writer == node.Id;

    /// <summary>What the agent does by itself in an interval. The cycle's outcome if it is the writer.</summary>
    public async Task<Outcome<CycleReport>?> RunAsync()
    {
        await own.TakeUpAsync(None);
        await runner.ResumeAllAsync(None);
        await own.TakeUpAsync(None);
        new CycleSweep(node.Id, node.Registry, journal).Run();
        var record = node.Registry.Find(Nodes.World.Unit);
        if (record?.Writer != node.Id)
        {
            return null;
        }

        if (givesLives())
        {
            record = node.Registry.GiveLife(record, node.Id).Value;
        }

        var grant = Grants.For(record, node.Id);
        var seen = await node.Replicated.Streams.ReadChangesAsync([Nodes.World.Unit], None);
        var outcome = await Cycle(node.Replicated).RunAsync(record, grant.Value, seen.IsOk ? seen.Value[0] : null, None);
        return outcome;
    }

    public void Dispose() => runner.Dispose();

    private UnitCycle Cycle(ReplicatedBackend backend) => new(backend, journal, new StreamBoard(), directory);
}
