using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Plugins.DirectoryBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>All of an agent that has to do with a planned move, on a real Directory backend.</summary>
internal sealed class MovableNode : ICopyDirectory, IAsyncDisposable
{
    private readonly ConcurrentDictionary<NodeId, CopyReport> reports = new();
    private readonly MovingCluster cluster;

    public MovableNode(MovingCluster cluster, NodeId id, string root, ManualTimeProvider time, KillSwitch kill)
    {
        this.cluster = cluster;
        Id = id;
        var folder = Path.Combine(root, id.Value, "volumes");
        Directory.CreateDirectory(folder);
        var context = DirectoryLab.Context(folder, id, MovingCluster.Unit.Backend, Path.Combine(root, id.Value)) with { Time = time };
        Storage = (DirectoryStorage)new DirectoryBackendFactory().Create(context).Value;
        Backend = new KillableBackend(Storage, kill, id.Value);
        var journal = FileOperationJournal.Load(Path.Combine(root, id.Value, "operations"), time, out var problems);
        Assert.IsEmpty(problems);
        Journal = new KillableJournal(journal, kill, id.Value);
        Registry = UnitRegistry.Load(Path.Combine(root, id.Value, "units")).Value;
        Copies = new LocalCopies(id, Registry, backend => ReplicatedBackend.From(backend, Backend));
        World = new UnitWorld(
            id, Registry, Journal, this, () => new Dictionary<BackendId, IBackend> { [MovingCluster.Unit.Backend] = Backend },
            () => [.. MovingCluster.Ids.Where(other => other != id)], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { });
        var handlers = new List<IOperationHandler>();
        Runner = new OperationRunner(Journal, handlers, time, NullLogger.Instance);
        Own = new OwnUnits(World, Runner, NullLogger.Instance);
        TakeOvers = new TakeOvers(World, Copies, Runner);
        Switchovers = new Switchovers(
            World, Runner, new SwitchoverTools(peer => new NearbyHandover(cluster, peer, id), Cycle, HoldAsync, (_, _) => Room, Done.Add),
            time, NullLogger.Instance);
        handlers.Add(Switchovers);
    }

    public NodeId Id { get; }

    public DirectoryStorage Storage { get; }

    public KillableBackend Backend { get; }

    public IOperationJournal Journal { get; }

    public UnitRegistry Registry { get; }

    public LocalCopies Copies { get; }

    public UnitWorld World { get; }

    public OperationRunner Runner { get; }

    public OwnUnits Own { get; }

    public TakeOvers TakeOvers { get; }

    public Switchovers Switchovers { get; }

    public long? Room { get; set; }

    /// <summary>What streams to this node wait for before their first byte.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    public List<SwitchoverReport> Done { get; } = [];

    /// <summary>What the agent does at its start and then every few seconds.</summary>
    public async Task StartAsync()
    {
        await Own.TakeUpAsync(CancellationToken.None);
        await Runner.ResumeAllAsync(CancellationToken.None);
        await Own.TakeUpAsync(CancellationToken.None);
    }

    public UnitCycle Cycle(ReplicatedBackend backend) => new(backend, Journal, new StreamBoard(), this);

    public Outcome<ICopyHost> Find(NodeId peer) => new MortalCopies(cluster, peer, Id);

    public CopyReport? LastReport(UnitId unit, NodeId peer) => reports.GetValueOrDefault(peer);

    public CopyReport Remember(UnitId unit, NodeId peer, CopyReport report) => reports[peer] = report;

    public void Forget(UnitId unit, NodeId peer) => reports.TryRemove(peer, out _);

    public async ValueTask DisposeAsync()
    {
        Runner.Dispose();
        await Storage.DisposeAsync();
    }

    // Nothing runs by itself here.
    private static Task<IDisposable> HoldAsync(UnitId unit, CancellationToken cancellation) =>
        Task.FromResult<IDisposable>(new MemoryStream());
}
