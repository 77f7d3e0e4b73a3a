using System.Security.Cryptography;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Stores;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Linux.Bus;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Fencing;
using NodeAgent.Linux.Power;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Puts together what automatic failover consists of, if the configuration has a cluster store.</summary>
internal sealed class FailoverMaker(AgentConfig config, ClusterSeat seat, CommandRunner commands, FileHistory history, ResetNote note, DrillBook book, Action<SwitchoverReport> switched, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>True if there is a store that other nodes use too: then services fail over.</summary>
    public static bool IsThere(AgentConfig config) => config.Store.Endpoints.Count > 0;

    /// <summary>Which units belong to services, also to those that may not run here: only the store says who writes them. Without a store none do.</summary>
    public static Tenures TenuresOf(AgentConfig config) => IsThere(config)
        ? new Tenures(config.Services.SelectMany(service => service.Units.Select(unit => KeyValuePair.Create(unit, service.Name))))
        : Tenures.None;

    /// <summary>Makes it. Nothing runs yet. A fault: the store's files cannot be used, or nothing tells which boot this is.</summary>
    public Outcome<FailoverHost> Make(
        UnitWorld world, LocalCopies copies, Func<ReplicatedBackend, UnitCycle> cycles, Func<UnitId, CancellationToken, Task<IDisposable>> hold,
        Func<UnitId, string?> hangs, Func<UnitId, string?> unsuited)
    {
        var boot = BootIdentity.Read();
        var store = StoreOpening.OpenEtcd(config, time);
        if (!boot.IsOk || !store.IsOk)
        {
            return boot.Fault ?? store.Fault!;
        }

        var log = logs.CreateLogger("failover");
        var run = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
        var ledger = new ClusterLedger(store.Value, config.Node, run, time, () => Guid.NewGuid().ToString("N"));
        var levels = Levels();
        var bus = new SystemBus(time);
        FailoverSeat? failover = null;
        var catalogue = new ServiceCatalogue(commands, new SystemdUnits(bus), HomeOf, time);
        var services = catalogue.Make(config.Services, config.Node, Members);
        var held = new HeldServices(Path.Combine(config.State, "held"), boot.Value.ToString(), services);
        if (held.Load(service => catalogue.Make(service, Members)) is { IsOk: false, Fault: { } unread })
        {
            return unread;
        }

        var recall = new StoreRecall(Path.Combine(config.State, "store-seen.json"), time, log);
        recall.Load();

        var stored = new StoredUnits(Path.Combine(config.State, "units-of-services.json"));
        (world.Tenures.Opened, world.Tenures.Stored) = (() => held.Units, stored.Find);

        var power = new PowerEffects(new PowerFence(new FenceAgents(commands, time)), levels, new KernelReset(commands), note, history);
        var recorder = new FlightRecorder(Path.Combine(config.State, "flight"), [.. levels.Keys], time, log);
        var watch = new StoreWatch(config.Store.Endpoints, store.Value.Members.LookAsync, store.Value.Members.ListAsync, seat.AddressesOf, time, log);
        var settings = new NodeSettings(config.Node, boot.Value.ToString(), Timings.Compute(config.Failover.Choice).Value)
        {
            CanFence = levels.ContainsKey,
            StoreWithout = watch.Without,
            Run = run,
        };
        var guard = new WatchdogGuard(config.Failover.Guard, boot.Value, config.Failover.Choice.Device, config.Failover.TrustSoftdog, time, logs.CreateLogger("guard"));
        var parts = new FailoverParts(
            settings, services, world.Tenures, world, copies, cycles, hold, ledger, guard, hangs, power, history, recorder, time, log) { Held = held, Stored = stored, Recall = recall, Unsuited = unsuited };
        failover = new FailoverSeat(parts);
        var desk = new FailoverDesk(failover, ledger, power, time) { Absences = new AbsenceCheck([.. config.Backends.Select(backend => backend.Id)], world.Backends) };
        var drills = new DrillParts(
            config.Node, desk, new ServiceMoves(desk, UnitsOf, switched), UnitsOf, new UnitEvidence(world, seat).ReadAsync, settings.Foresight,
            () => seat.Node?.Identity.Current, book, history, time) { Synchronous = unit => world.Synchronous(unit.Backend) };
        return new FailoverHost(failover, desk, recorder, history, [bus, ledger, guard], store.Value, watch, drills, new FenceTests(power, failover.View, time), time, log);

        // Nothing is started before there is a seat.
        GuestHome HomeOf(string service) => new(
            commands, time, config.Node.Value, (holder, runsThere) => failover!.MayClaimGuest(service, holder, runsThere),
            text => log.LogWarning("service {Service}: {What}", service, text));

        IReadOnlyList<UnitId> UnitsOf(string service) => services.GetValueOrDefault(service)?.Units ?? [];
    }

    private IReadOnlyList<NodeId> Members() =>
        [.. seat.Others.Append(config.Node).Distinct().OrderBy(node => node.Value, StringComparer.Ordinal)];

    private Dictionary<NodeId, IReadOnlyList<FenceLevel>> Levels() => config.Fencing.GroupBy(device => device.Node).ToDictionary(
        node => node.Key,
        IReadOnlyList<FenceLevel> (node) => [.. node.GroupBy(device => device.Level).OrderBy(level => level.Key)
            .Select(level => new FenceLevel([.. level.Select(device => new FenceDevice(device.Name, device.Agent, device.Options, device.Secrets))]))]);
}
