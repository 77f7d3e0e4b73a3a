using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Linux.Fencing;
using NodeAgent.Linux.Services;
using NodeAgent.Plugins.DirectoryBackend;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Plugins.DirectoryBackend;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>All of an agent that has to do with failover, on a real Directory backend. Made anew, it is what starts after a kill.</summary>
internal sealed class FailoverNode : ICopyDirectory, IAsyncDisposable
{
    private readonly ConcurrentDictionary<NodeId, CopyReport> reports = new();
    private readonly CancellationTokenSource ending = new();
    private readonly FailoverCluster cluster;
    private readonly IBackend storage;
    private readonly FlightRecorder recorder;
    private Task running = Task.CompletedTask;
    private bool wasClosed;

    /// <summary>An agent on a machine.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="id">Which.</param>
    /// <param name="boot">Of the machine.</param>
    /// <param name="run">Of the agent.</param>
    /// <param name="before">The agent that it replaces: what runs beside an agent goes on.</param>
    public FailoverNode(FailoverCluster cluster, NodeId id, int boot, int run, FailoverNode? before = null)
    {
        Boot = boot;
        Guard = before?.Guard ?? new FakeGuard();
        this.cluster = cluster;
        wasClosed = boot <= FailoverCluster.Ids.Length;
        Id = id;
        var folder = Path.Combine(cluster.Root, id.Value, "volumes");
        Directory.CreateDirectory(folder);
        var context = DirectoryLab.Context(folder, id, FailoverCluster.Unit.Backend, Path.Combine(cluster.Root, id.Value)) with { Time = cluster.Time };
        storage = cluster.Mirror?.For(id) ?? new DirectoryBackendFactory().Create(context).Value;
        var journal = FileOperationJournal.Load(Path.Combine(cluster.Root, id.Value, "operations"), cluster.Time, out _);
        Registry = UnitRegistry.Load(Path.Combine(cluster.Root, id.Value, "units")).Value;
        Copies = new LocalCopies(id, Registry, backend => ReplicatedBackend.From(backend, storage));
        var name = cluster.Names.GetValueOrDefault(id, FailoverCluster.Service);
        var stored = new StoredUnits(Path.Combine(cluster.Root, id.Value, "units-of-services.json"));
        var recall = new StoreRecall(Path.Combine(cluster.Root, id.Value, "store-seen.json"), cluster.Time, NullLogger.Instance);
        recall.Load();
        var tenures = new Tenures(name is null ? [] : [new(FailoverCluster.Unit, name)]) { Stored = stored.Find };
        World = new UnitWorld(
            id, Registry, journal, this, () => new Dictionary<BackendId, IBackend> { [FailoverCluster.Unit.Backend] = storage },
            () => [.. FailoverCluster.Ids.Where(other => other != id)], () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3), _ => { })
        {
            Tenures = tenures,
        };
        Part = before?.Part ?? new FakePart(() => cluster.IsWritable(id));
        FlightFolder = Path.Combine(cluster.Root, id.Value, "flight");
        recorder = new FlightRecorder(FlightFolder, [], cluster.Time, NullLogger.Instance);
        var service = new RunnableService(
            name ?? "none", [FailoverCluster.Unit], new ServiceParts([Part], cluster.Time), TimeSpan.FromSeconds(30),
            new ServicePolicy(name ?? "none", [.. FailoverCluster.Ids]) { LossLimit = cluster.LossLimit });
        var timings = Timings.Compute(TimingChoice.Of(TimeSpan.FromSeconds(4))).Value;
        Seat = new FailoverSeat(new FailoverParts(
            new NodeSettings(id, $"boot-{boot}", timings) { Run = run },
            name is null ? [] : new Dictionary<string, RunnableService> { [name] = service },
            tenures, World, Copies, Cycle, (_, _) => Task.FromResult<IDisposable>(new MemoryStream()), cluster.Room.For(id, run), Guard, _ => Hang,
            new PowerEffects(new PowerFence(new FenceAgents(null!, cluster.Time)), new Dictionary<NodeId, IReadOnlyList<FenceLevel>>(), Power, Power, Power),
            Power, recorder, cluster.Time, NullLogger.Instance) { Stored = stored, Recall = recall });
    }

    /// <summary>Where operators ask and order on this node.</summary>
    public FailoverDesk Desk => new(Seat, cluster.Room.For(Id), null!, cluster.Time);

    public NodeId Id { get; }

    public UnitRegistry Registry { get; }

    public LocalCopies Copies { get; }

    public UnitWorld World { get; }

    public FailoverSeat Seat { get; }

    public FakePart Part { get; }

    /// <summary>Why the storage here is given up.</summary>
    public string? Hang { get; set; }

    public FakeGuard Guard { get; }

    public int Boot { get; }

    public FakePower Power { get; } = new();

    public string FlightFolder { get; }

    public bool IsUp { get; private set; }

    public IBackend Storage => storage;

    /// <summary>
    /// Whether it has opened the unit since it started. What a crash left open is not opened: nothing writes it until the
    /// agent, which closes it first, starts the part.
    /// </summary>
    public bool HasOpened(bool isWritable)
    {
        wasClosed |= !isWritable;
        return IsUp && isWritable && wasClosed;
    }

    public ServiceMoves Moves(Action<SwitchoverReport> watch) => new(Desk, UnitsOf, watch);

    public IReadOnlyList<UnitId> UnitsOf(string service) => Seat.Services.GetValueOrDefault(service)?.Units ?? [];

    public void Start()
    {
        IsUp = true;
        running = Task.WhenAll(Seat.RunAsync(ending.Token), recorder.RunAsync(ending.Token));
    }

    /// <summary>The agent's process ends; what runs beside it goes on.</summary>
    public async Task EndAsync()
    {
        IsUp = false;
        await ending.CancelAsync();
        await running;
        await storage.DisposeAsync();
    }

    /// <summary>The machine is off at once: nothing is stopped in order, nothing is told.</summary>
    public async Task KillAsync()
    {
        await EndAsync();
        Part.Die();
        cluster.Mirror?.Lose(Id);
    }

    public UnitCycle Cycle(ReplicatedBackend backend) => new(backend, World.Journal, new StreamBoard(), this);

    public Outcome<ICopyHost> Find(NodeId peer) => cluster[peer] is { IsUp: true } node
        ? new NearbyCopies(node.Copies, Id)
        : new Fault(FaultCode.PeerUnavailable, $"cannot reach {peer}", "it is off", "Wait.", Retry.Later);

    public CopyReport? LastReport(UnitId unit, NodeId peer) => reports.GetValueOrDefault(peer);

    public CopyReport Remember(UnitId unit, NodeId peer, CopyReport report) => reports[peer] = report;

    public void Forget(UnitId unit, NodeId peer) => reports.TryRemove(peer, out _);

    public async ValueTask DisposeAsync()
    {
        if (IsUp)
        {
            await KillAsync();
        }

        ending.Dispose();
    }
}
