using NodeAgent.Cluster.Etcd;
using NodeAgent.Cluster.Notes;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Peers;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Replication.Wire;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;
using NodeAgent.Daemon.Stores;
using NodeAgent.Daemon.Tuning;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Adoptions;
using NodeAgent.Daemon.Units.Choices;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Disks;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Hosting;

/// <summary>
/// The agent: makes its parts, starts them in order, stops them in the reverse order. The only place that knows all.
/// </summary>
internal sealed class Agent : IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReviewEvery = TimeSpan.FromSeconds(5);
    private readonly AgentConfig config;
    private readonly ILoggerFactory logs;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Task> loops = [];
    private readonly OperationRunner runner;
    private readonly CycleSweep sweep;
    private readonly PeerReports peerReports;
    private readonly LoadWatch loads;
    private readonly ReportMaker reports;
    private readonly OwnUnits own;
    private readonly RunFlags flags;
    private readonly TakeOvers takeOvers;
    private readonly CloneOrders clones;
    private readonly FileHistory history;
    private readonly ResetNote resetNote;
    private readonly Func<ReplicatedBackend, UnitCycle> cycles;
    private readonly Action<SwitchoverReport> switched;
    private readonly Lock noteGate = new();
    private EtcdStore? noteStore;
    private FailoverHost? failover;
    private FileLock? stateLock;
    private Task firstLook = Task.CompletedTask;
    private HangWatch? hangs;
    private UpkeepWatch? upkeep;
    private volatile UnitDefaults defaults;
    private LocalApi? api;

    private Agent(AgentConfig config, ILoggerFactory logs, TimeProvider time, UnitRegistry registry, FileOperationJournal journal, CommandRunner commands, AgentObservers observers)
    {
        this.config = config;
        this.logs = logs;
        this.time = time;
        Registry = registry;
        Journal = journal;
        Commands = commands;
        switched = observers.Switchover;
        Plugins = new PluginHost(
            new PluginHostSettings
            {
                Node = config.Node,
                StateDirectory = config.State,
                Root = config.Plugins.Path,
                CheckOwnership = config.Plugins.RequireRootOwned,
                Policy = GuardPolicy.For(config.Replication.ConcurrentStreams),
            },
            new PluginSurroundings(
                (manifest, _) => commands.Restrict(manifest.Commands),
                id => new BackendLog(logs.CreateLogger($"backend.{id}"))) { Notes = NotesOf },
            time,
            observers.Plugins);
        Watch = new BackendWatch(time, LookEvery);
        Board = new StreamBoard();
        LocalCopies = new LocalCopies(config.Node, registry, Replicated) { IsConfigured = id => config.Backends.Any(backend => backend.Id == id) };
        history = new FileHistory(Path.Combine(config.State, "history.jsonl"), config.Node, time, logs.CreateLogger("history"));
        var tenures = FailoverMaker.TenuresOf(config);
        var facts = new AgentFacts(AgentVersion.Running, BootIdentity.Read() is { IsOk: true } boot ? boot.Value.ToString() : "unknown");
        Seat = new ClusterSeat(
            config, facts, new Surroundings(time, logs), [new CopyEndpoints(LocalCopies, time), new HandoverEndpoints(() => takeOvers!), new ReportEndpoint(() => reports!.Make()), new HistoryEndpoint(history), new EvidenceEndpoint(() => World!), new SideEndpoint(() => World!, id => config.Backends.Any(backend => backend.Id == id))]);
        resetNote = new ResetNote(Path.Combine(config.State, "reset-reason"), Seat, config.Node, time);
        var directory = new CopyDirectory(Seat);
        cycles = backend => new UnitCycle(backend, journal, Board, directory, observers.Cycles) { Records = registry.Find };
        Loop = new ReplicationLoop(
            config.Node, registry, Replicated, cycles, new BootClock(time), time,
            config.Replication.ConcurrentStreams)
        {
            Watch = observers.Cycles,
            Tenures = tenures,
        };
        defaults = DefaultsOf(config);
        sweep = new CycleSweep(config.Node, registry, journal);
        World = new UnitWorld(config.Node, registry, journal, directory, Ready, () => Seat.Others, () => defaults, Changed)
        {
            Tenures = tenures, There = () => Plugins.There,
            IsInCluster = () => Seat.Node is not null,
        };
        var handlers = new List<IOperationHandler>();
        runner = new OperationRunner(journal, handlers, time, logs.CreateLogger<OperationRunner>());
        own = new OwnUnits(World, runner, logs.CreateLogger<OwnUnits>());
        takeOvers = new TakeOvers(World, LocalCopies, runner);
        Switchovers = new Switchovers(
            World, runner, new SwitchoverTools(directory.FindTarget, cycles, Loop.HoldAsync, RoomOn, observers.Switchover), time,
            logs.CreateLogger<Switchovers>());
        Volumes = new VolumeOrders(World, runner);
        Deletes = new DeleteOrders(World, runner);
        handlers.AddRange([Volumes, Deletes, clones = new CloneOrders(World, runner), Switchovers]);
        flags = new RunFlags(Path.GetDirectoryName(config.Socket)!, config.State, logs.CreateLogger<RunFlags>());
        reports = new ReportMaker(config.Node, Plugins, Watch, Hangs, Upkeep, loads = new LoadWatch("/", time), registry, Loop, Board, LocalCopies, journal, time);
        peerReports = new PeerReports(Seat, time);
    }

    public NodeId Self => config.Node;

    public UnitRegistry Registry { get; }

    public FileOperationJournal Journal { get; }

    public CommandRunner Commands { get; }

    public PluginHost Plugins { get; }

    public BackendWatch Watch { get; }

    public UpkeepWatch Upkeep => upkeep ??= new UpkeepWatch(time);

    /// <summary>Which storage answers nothing.</summary>
    public HangWatch Hangs => hangs ??= new HangWatch(PoolsSeen, DiskCounts.Read, new BlockRead(Commands).AnswersAsync, time);

    public StreamBoard Board { get; }

    public LocalCopies LocalCopies { get; }

    public ClusterSeat Seat { get; }

    /// <summary>Whether the others could carry the loss of a node.</summary>
    public ReserveSight Reserve => new(config.Node, loads, peerReports, time);

    public DrillBook Drills => field ??= new DrillBook(Path.Combine(config.State, "drills"));

    public ReplicationLoop Loop { get; }

    public UnitWorld World { get; }

    public VolumeOrders Volumes { get; }

    public DeleteOrders Deletes { get; }

    public Switchovers Switchovers { get; }

    /// <summary>Starts an agent. When this returns it serves; a fault says why it cannot.</summary>
    public static async Task<Outcome<Agent>> StartAsync(
        AgentConfig config, ILoggerFactory logs, TimeProvider time, AgentObservers observers, CancellationToken cancellation)
    {
        var log = logs.CreateLogger<Agent>();
        Directory.CreateDirectory(config.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var taken = StateLock.Take(config.State);
        if (!taken.IsOk)
        {
            return taken.Fault;
        }

        var registry = UnitRegistry.Load(Path.Combine(config.State, "units"));
        if (!registry.IsOk)
        {
            return registry.Fault;
        }

        var journal = FileOperationJournal.Load(Path.Combine(config.State, "operations"), time, out var problems);
        foreach (var problem in problems)
        {
            log.LogError("{Problem}", problem);
        }

        var commands = new CommandRunner(new CommandRunnerOptions(), time, observers.Commands);
        var agent = new Agent(config, logs, time, registry.Value, journal, commands, observers) { stateLock = taken.Value };
        var started = await agent.StartPartsAsync(cancellation);
        if (started.IsOk)
        {
            return agent;
        }

        await agent.DisposeAsync();
        return started.Fault;
    }

    /// <summary>Puts in force what a reload may change: defaults of new units and the rate limit of links.</summary>
    public void Apply(AgentConfig wanted)
    {
        defaults = DefaultsOf(wanted);
        Seat.SetLimits(wanted);
    }

    /// <summary>Who serves metrics beside it; null: nobody yet.</summary>
    public MetricsListening? Metrics { get; set; }

    /// <summary>The first loop that ended by itself: always a bug. Ends with that loop's exception.</summary>
    public async Task FailedAsync() => await await Task.WhenAny(loops);

    /// <summary>The state of the cluster, as this node can tell it.</summary>
    public ClusterStatus Status() => StatusMerge.Merge(
        Seat.Node?.Members.Cluster.Value, reports.Make(), peerReports.Views(), [.. failover?.Problems() ?? [], .. Metrics?.Problems(config.Node) ?? []], time.GetUtcNow()) with
    {
        Services = failover?.Desk.Services().Services ?? [],
    };

    /// <summary>Automatic failover; null: there is no cluster store.</summary>
    public FailoverHost? Failover => failover;

    /// <summary>This node's report.</summary>
    public NodeReport Report() => reports.Make();

    public async ValueTask DisposeAsync()
    {
        // No new orders, then no new cycles, then nobody calls a plugin any more.
        if (api is not null)
        {
            await api.DisposeAsync();
        }

        // What failed has nobody who could leave in order.
        if (failover is not null && loops.Count > 0 && loops.TrueForAll(loop => !loop.IsCompleted))
        {
            await failover.LeaveAsync();
        }

        await stopping.CancelAsync();
        await Task.WhenAll([.. loops, firstLook]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (failover is not null)
        {
            await failover.DisposeAsync();
        }

        await Seat.DisposeAsync();
        await Plugins.DisposeAsync();
        if (noteStore is not null)
        {
            await noteStore.DisposeAsync();
        }

        Loop.Dispose();
        runner.Dispose();
        Watch.Dispose();
        stopping.Dispose();
        stateLock?.Dispose();
    }

    private async Task<Outcome> StartPartsAsync(CancellationToken cancellation)
    {
        await Plugins.StartAsync(
            [.. config.Backends.Select(backend => new BackendSettings(backend.Id, backend.Plugin, backend.Options, backend.AcceptsTrial))], cancellation);
        var seated = await Seat.StartAsync(cancellation);
        if (!seated.IsOk)
        {
            return seated;
        }

        var prepared = PrepareFailover();
        if (!prepared.IsOk)
        {
            return prepared;
        }

        var started = await LocalApi.StartAsync(config.Socket, Endpoints(), logs, cancellation);
        if (!started.IsOk)
        {
            return started.Fault;
        }

        api = started.Value;
        flags.Started();
        flags.Review(Registry, config.Node);
        await own.TakeUpAsync(cancellation);
        loops.Add(Watch.RunAsync(Ready, stopping.Token));
        loops.Add(Hangs.RunAsync(stopping.Token));
        loops.Add(loads.RunAsync(stopping.Token));
        loops.Add(new UpkeepLoop(() => Plugins.There, Upkeep, time, logs.CreateLogger<UpkeepLoop>()).RunAsync(stopping.Token));
        firstLook = LocalCopies.LookAsync(stopping.Token);
        loops.Add(Loop.RunAsync(stopping.Token));
        loops.Add(runner.RunAsync(stopping.Token));
        loops.Add(new TuneKeeper(new Tuner(new TuneBook(config.State), TuneSurroundings.Below("/", time)), time, logs.CreateLogger<TuneKeeper>()).RunAsync(stopping.Token));
        loops.Add(peerReports.RunAsync(stopping.Token));
        loops.Add(ReviewAsync(stopping.Token));
        loops.Add(failover?.RunAsync(stopping.Token) ?? history.RunAsync(stopping.Token));
        return Outcome.Done;
    }

    private Outcome PrepareFailover()
    {
        history.Load();
        Drills.Load();
        resetNote.Recall(history);
        if (!FailoverMaker.IsThere(config))
        {
            return Outcome.Done;
        }

        var made = new FailoverMaker(config, Seat, Commands, history, resetNote, Drills, switched, time, logs).Make(World, LocalCopies, cycles, Loop.HoldAsync, GivenUp, Watch.LeaveBecause);
        failover = made.IsOk ? made.Value : null;
        return made.WithoutValue();
    }

    private async Task<Listing<HistoryLine>> HistoryAsync(CancellationToken cancellation)
    {
        var asked = (Seat.Node?.Links.All ?? []).Select(link => link.CallAsync<HistoryReport>(HttpMethod.Get, HistoryEndpoint.Route, null, cancellation));
        var told = await Task.WhenAll(asked);
        return new(
            [.. told.Where(report => report.IsOk).SelectMany(report => report.Value.Lines).Concat(history.Lines).OrderBy(line => line.At)],
            [.. told.Select(report => report.Fault).OfType<Fault>()]);
    }

    private IEnumerable<(BackendId, IReadOnlyList<PoolReport>)> PoolsSeen() =>
        config.Backends.Select(backend => (backend.Id, Watch.Find(backend.Id)?.Pools ?? []));

    private string? GivenUp(UnitId unit) => Hangs.FindLost(unit, config.Failover.HangLimit)?.ToString();

    private static UnitDefaults DefaultsOf(AgentConfig config) =>
        new(config.Replication.Interval, config.Replication.KeepSource, config.Replication.KeepCopies);

    private IReadOnlyList<IApiEndpoints> Endpoints() =>
    [
        new StatusEndpoints(Status, Report, new SelfSight(config, Seat, Commands, time).Make, Journal),
        new StorageEndpoints(() => config.Backends.Select(backend => backend.Id), Watch),
        new UnitEndpoints(World, Volumes, Deletes, new ReplicationOrders(World, runner), new CopyRemovals(World, LocalCopies, runner), Loop, time),
        new SnapshotEndpoints(World, clones),
        new AdoptionEndpoints(new AdoptionOrders(World, runner)),
        new ChoiceEndpoints(new CopyChoices(World, (node, unit, stop) => SideEndpoint.AskAsync(Seat, node, unit, stop), stop => failover?.Desk.LookAsync(stop) ?? Task.FromResult<ClusterView?>(null), logs.CreateLogger<CopyChoices>())),
        new KeptEndpoints(new KeptHeads(World, () => [.. Plugins.Backends.Where(backend => !IsReady(backend)).Select(backend => (backend.Id, backend.Reason))], Watch.LookSoon)),
        new PoolEndpoints(World), new SiteEndpoints(World), new DriveEndpoints(World, logs.CreateLogger<DriveEndpoints>()),
        new SwitchoverEndpoints(new PlannedMoves(World, Switchovers, failover?.Moves)),
        new ClusterEndpoints(config.Node, Seat, new StoreFounding(new StorePlaces("/", config.State), Commands, time), new StoreSeating(new StorePlaces("/", config.State), config, time), new StoreSight(config, time)),
        new PluginEndpoints(Plugins, Registry, config.Node),
        new FailoverEndpoints(failover?.Desk, node => Reserve.Of(node), failover is null ? null : failover.SafeguardsAsync, HistoryAsync),
        new DrillEndpoints(failover?.Drills, Drills, Seat),
    ];

    private async Task ReviewAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(ReviewEvery, time, cancellation);
                await Plugins.ReviewAsync(cancellation);
                await own.TakeUpAsync(cancellation);
                flags.Review(Registry, config.Node);
                sweep.Run();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    // A store in a file belongs to one process and one node: what two nodes must agree on cannot be kept there.
    private StoreNotes? NotesOf(BackendId backend)
    {
        lock (noteGate)
        {
            noteStore ??= config.Store.Endpoints.Count > 0 && StoreOpening.OpenEtcd(config, time) is { IsOk: true } store ? store.Value : null;
            return noteStore is null ? null : new StoreNotes(noteStore, backend);
        }
    }

    private static bool IsReady(BackendReport backend) => backend.State is PluginState.Ready or PluginState.Degraded;

    private IReadOnlyDictionary<BackendId, IBackend> Ready() => Plugins.Ready;

    private ReplicatedBackend? Replicated(BackendId id) =>
        Ready().GetValueOrDefault(id) is { } backend ? ReplicatedBackend.From(id, backend) : null;

    private long? RoomOn(NodeId node, BackendId backend) => peerReports.Views()
        .FirstOrDefault(peer => peer.Node == node)?.Report?.Backends.FirstOrDefault(line => line.Id == backend)?.Pools
        .Select(pool => pool.AvailableBytes).Min();

    private void Changed(UnitId unit)
    {
        Watch.LookSoon();
        Loop.RunSoon(unit);
    }
}
