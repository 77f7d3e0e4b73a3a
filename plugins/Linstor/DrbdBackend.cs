using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Choices;
using NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;
using NodeAgent.Plugins.LinstorBackend.Copies;
using NodeAgent.Plugins.LinstorBackend.Roles;
using NodeAgent.Plugins.LinstorBackend.Upkeep;
using NodeAgent.Plugins.LinstorBackend.Volumes;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Resources of DRBD between two nodes. Each ability is a part of its own.</summary>
internal sealed class DrbdBackend : IBackend
{
    private readonly object[] abilities;
    private readonly DrbdProbe probe;
    private readonly Parts parts;
    private readonly ControllerParts? controller;
    private readonly DrbdUpkeep upkeep;

    public DrbdBackend(BackendContext context, DrbdOptions options, Places places)
    {
        parts = new Parts(context, options, places);
        controller = options.Controller is { } configured ? new ControllerParts(parts, configured) : null;
        var watch = controller is null ? null : new ControllerWatch(controller);
        probe = new DrbdProbe(parts, watch);
        var release = new Release(parts);
        var promotion = new Promotion(parts);
        var backing = new Backing(parts.Tool);
        upkeep = new DrbdUpkeep(parts, parts.Resources.ToDictionary(resource => resource.Name, resource => Upkeep(resource, release, promotion, backing), StringComparer.Ordinal));
        var volumes = new DrbdVolumes(parts, new Adoption(parts, promotion));

        // Only what provisions gets to see a controller: a service must come back with all of them dead.
        object[] provisioning = controller is null ? [volumes] : [new ProvisionedVolumes(controller, volumes, watch!), new LinstorSnapshots(controller, volumes)];
        abilities =
        [
            .. provisioning,
            new DrbdRoles(parts, promotion, new Demotion(parts, release)),
            new DrbdStatus(parts),
            new DrbdPools(parts, upkeep.StillFor),
            upkeep,
            new DrbdChoice(parts, new SideLook(parts, backing), new GivenUpCopies(parts)),
        ];
    }

    // 8.4 has no quorum: a writer that is cut off freezes, but only as long as nobody thaws it. The node must be proven gone.
    public BackendDescription Describe() => new(
        "drbd",
        Capabilities.Volumes | Capabilities.FilesystemVolumes | Capabilities.BlockVolumes | Capabilities.Roles | Capabilities.ReplicationStatus | Capabilities.Pools
            | (controller is null ? Capabilities.None : Capabilities.Expand | Capabilities.Snapshots | Capabilities.Rollback | Capabilities.Clone),
        FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => probe.LookAsync(cancellation);

    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        await upkeep.DisposeAsync();
        controller?.Dispose();
        foreach (var resource in parts.Resources)
        {
            resource.Dispose();
        }
    }

    private ResourceUpkeep Upkeep(Resource resource, Release release, Promotion promotion, Backing backing)
    {
        var volumes = new VolumeWatch(parts, resource);
        return new ResourceUpkeep(
            parts, resource, release, promotion, new Yielding(parts, resource, backing), new FlushWatch(parts, resource, release), volumes, new VerifyWatch(parts, resource), new OptionWatch(parts, resource));
    }
}
