using NodeAgent.Contract;
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

    public DrbdBackend(BackendContext context, DrbdOptions options, Places places)
    {
        parts = new Parts(context, options, places);
        probe = new DrbdProbe(parts);
        var release = new Release(parts);
        var promotion = new Promotion(parts);
        var upkeep = new DrbdUpkeep(parts, parts.Resources.ToDictionary(
            resource => resource.Name, resource => new ResourceUpkeep(parts, resource, release, promotion), StringComparer.Ordinal));
        abilities =
        [
            new DrbdVolumes(parts, new Adoption(parts, promotion)),
            new DrbdRoles(parts, promotion, new Demotion(parts, release)),
            new DrbdStatus(parts),
            new DrbdPools(parts, upkeep.FrozenFor),
            upkeep,
        ];
    }

    // 8.4 has no quorum: a writer that is cut off freezes, but only as long as nobody thaws it. The node must be proven gone.
    public BackendDescription Describe() => new(
        "drbd",
        Capabilities.Volumes | Capabilities.FilesystemVolumes | Capabilities.BlockVolumes | Capabilities.Roles | Capabilities.ReplicationStatus | Capabilities.Pools,
        FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => probe.LookAsync(cancellation);

    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    public ValueTask DisposeAsync()
    {
        foreach (var resource in parts.Resources)
        {
            resource.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
