using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Changes;
using NodeAgent.Plugins.CephBackend.Compares;
using NodeAgent.Plugins.CephBackend.Health;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Kernel;
using NodeAgent.Plugins.CephBackend.Mirrors;
using NodeAgent.Plugins.CephBackend.Plans;
using NodeAgent.Plugins.CephBackend.Roles;
using NodeAgent.Plugins.CephBackend.Snapshots;
using NodeAgent.Plugins.CephBackend.Streams;
using NodeAgent.Plugins.CephBackend.Volumes;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>Volumes are RBD images of a Ceph cluster, one copy that all nodes share.</summary>
internal sealed class CephStorage : IBackend
{
    private const Capabilities Always =
        Capabilities.Volumes | Capabilities.BlockVolumes | Capabilities.Expand | Capabilities.Thin | Capabilities.Snapshots |
        Capabilities.Holds | Capabilities.Clone | Capabilities.Roles | Capabilities.SharedCopy | Capabilities.Pools | Capabilities.Events;

    private static readonly BackendDescription Library = new(
        "ceph", Always | Capabilities.Rollback | Capabilities.ChangedExtents, FenceStrength.StorageExcludes);

    // Without object maps librbd asks the disks for each object, which crashes it: changes are not listed then.
    private static readonly BackendDescription Kernel = new("ceph", Always | Capabilities.ReplicationStatus, FenceStrength.StorageExcludes);

    private readonly UnitGate gate;
    private readonly FenceRenewal renewal;
    private readonly CephHealth health;
    private readonly FullCompare compare;
    private readonly MirrorWatch mirrors;
    private readonly object[] abilities;

    public CephStorage(BackendContext context, CephOptions options)
        : this(context, options, KernelPlaces.OfTheSystem)
    {
    }

    public CephStorage(BackendContext context, CephOptions options, KernelPlaces places)
    {
        var kernel = options.Opening == Opening.Kernel ? new KernelParts(context, options, places) : null;
        InKernelParts = kernel;
        gate = kernel?.Gate ?? new UnitGate(context, options) { Home = places.HomeOf(context.Node) };
        renewal = new FenceRenewal(gate);
        var (changes, snapshots) = (new CephChanges(gate), new CephSnapshots(gate));
        compare = new FullCompare(gate, changes, snapshots);
        var volumes = kernel is null ? null : new KernelVolumes(kernel, new CephVolumes(gate));
        var (reader, instants) = (new MirrorReader(gate), new MirrorSnapshots(gate, volumes is null ? null : unit => volumes.Refresh(unit, $"cannot snapshot {unit}")));
        mirrors = new MirrorWatch(gate, reader, instants);
        var sites = new CephMirrors(gate, reader, instants);
        health = new CephHealth(gate) { Compared = () => compare.Sight, Mirrored = () => mirrors.Seen };
        var layouts = new PoolLayouts(options, gate.Lane);
        var events = new CephEvents(health, context.Time);
        abilities = kernel is null
            ? [new CephVolumes(gate), snapshots, new CephRoles(gate), changes, health, layouts, new CephAbsence(gate), events, sites, new CephUpkeep(mirrors, compare)]
            : InKernel(kernel, volumes!, snapshots, layouts, events, sites);
    }

    /// <summary>Compares snapshots in full, a step with each upkeep.</summary>
    public FullCompare Compare => compare;

    /// <summary>What the abilities share.</summary>
    internal UnitGate Gate => gate;

    /// <summary>What the kernel's abilities share; null where librbd writes.</summary>
    internal KernelParts? InKernelParts { get; }

    /// <summary>Keeps old clients shut out.</summary>
    internal FenceRenewal Renewal => renewal;

    /// <summary>How the cluster is.</summary>
    internal CephHealth Health => health;

    /// <inheritdoc/>
    public BackendDescription Describe() => gate.Options.Opening == Opening.Kernel ? Kernel : Library;

    /// <inheritdoc/>
    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    /// <inheritdoc/>
    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => health.ProbeAsync(cancellation);

    /// <summary>A volume that this process holds, as a stream. The unit is in use until it is closed.</summary>
    public async Task<Outcome<Stream>> OpenHeldAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot open {volume}";
        if (gate.Held.GetValueOrDefault(volume.Unit.Name) is not { IsOpen: true } held || held.Image(volume.Name) is not { } image)
        {
            return new Fault(FaultCode.NotWriter, what, "this process does not hold it", "Promote its unit here first.", Retry.AfterFix);
        }

        if (Rollbacks.Unfinished(held.RollingBack, what) is { } unfinished)
        {
            return unfinished;
        }

        var size = await gate.Lane.RunAsync(what, gate.Options.Patience, () => ImageCalls.Size(image, what), cancellation);
        return size.Map<Stream>(bytes => new WriterStream(gate, held, image, bytes));
    }

    private object[] InKernel(KernelParts kernel, KernelVolumes volumes, CephSnapshots snapshots, PoolLayouts layouts, CephEvents events, CephMirrors sites) =>
    [
        volumes, new KernelSnapshots(kernel, snapshots, volumes), new KernelRoles(kernel, new CephRoles(gate)), new KernelStatus(gate),
        new CephUpkeep(new KernelUpkeep(kernel), mirrors), health, layouts, new CephAbsence(gate), events, sites,
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        renewal.Dispose();
        await compare.DisposeAsync();
        health.Dispose();
        gate.Dispose();
    }
}
