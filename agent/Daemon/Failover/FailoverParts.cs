using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover;

/// <summary>What the failover of a node is made of.</summary>
/// <param name="Settings">What decisions rest on.</param>
/// <param name="Services">What may run here.</param>
/// <param name="Tenures">Which units of services this node has; the world's own.</param>
/// <param name="World">Its units.</param>
/// <param name="Copies">The copies it keeps.</param>
/// <param name="Cycles">Makes a replication cycle.</param>
/// <param name="Hold">Keeps ordinary cycles of a unit from running.</param>
/// <param name="Ledger">Where nodes agree.</param>
/// <param name="Guard">What owns the watchdog.</param>
/// <param name="Hangs">Why the storage of a unit that is open here is given up: it answers nothing; null: it is not.</param>
/// <param name="Power">What cuts power.</param>
/// <param name="History">For people.</param>
/// <param name="Recorder">For incidents.</param>
/// <param name="Time">The clocks.</param>
/// <param name="Log">The journal.</param>
internal sealed record FailoverParts(
    NodeSettings Settings,
    IReadOnlyDictionary<string, RunnableService> Services,
    Tenures Tenures,
    UnitWorld World,
    LocalCopies Copies,
    Func<ReplicatedBackend, UnitCycle> Cycles,
    Func<UnitId, CancellationToken, Task<IDisposable>> Hold,
    IClusterLedger Ledger,
    IGuard Guard,
    Func<UnitId, string?> Hangs,
    PowerEffects Power,
    IHistory History,
    IFlightRecorder Recorder,
    TimeProvider Time,
    ILogger Log)
{
    /// <summary>Why what runs on a unit had better run on another node; null: it is well here.</summary>
    public Func<UnitId, string?> Unsuited { get; init; } = _ => null;

    /// <summary>Where the store says that units belong; null: it is not kept.</summary>
    public StoredUnits? Stored { get; init; }

    /// <summary>What is open here, as it was configured when it was opened.</summary>
    public HeldServices Held { get; init; } = new(null, Settings.BootId, Services);

    /// <summary>What this node has seen of the store.</summary>
    public StoreRecall Recall { get; init; } = new(null, Time, Log);
}
