using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Events;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Partings;
using NodeAgent.Plugins.ZfsBackend.Pools;
using NodeAgent.Plugins.ZfsBackend.Replication;
using NodeAgent.Plugins.ZfsBackend.Roles;
using NodeAgent.Plugins.ZfsBackend.Snapshots;
using NodeAgent.Plugins.ZfsBackend.Tool;
using NodeAgent.Plugins.ZfsBackend.Volumes;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>Units as dataset trees of one pool. Each ability is a part of its own.</summary>
internal sealed class DatasetBackend : IBackend
{
    private readonly object[] abilities;
    private readonly ZfsProbe probe;

    public DatasetBackend(BackendContext context, ZfsOptions options)
    {
        var layout = new Layout(context.Id, context.Node, options);
        var tool = new ZfsTool(context.Commands, options.Pool);
        var units = new Units(tool, layout);
        var parts = new Parts(context, layout, tool, units);
        var mounts = new Mounts(tool, context.Time);
        var back = new GoingBack(parts, mounts);
        probe = new ZfsProbe(parts);
        abilities =
        [
            new ZfsVolumes(parts, mounts),
            new ZfsSnapshots(parts, mounts, back),
            new ZfsRoles(parts, mounts, back),
            new ZfsStreams(parts, back),
            new ZfsRejoin(parts, back),
            new ZfsPools(parts),
            new ZfsEvents(parts),
        ];
    }

    public BackendDescription Describe() => new(
        "zfs",
        Capabilities.Volumes | Capabilities.FilesystemVolumes | Capabilities.BlockVolumes | Capabilities.Expand
            | Capabilities.Thin | Capabilities.Snapshots | Capabilities.Holds | Capabilities.Rollback
            | Capabilities.Clone | Capabilities.Roles | Capabilities.ReplicationStreams
            | Capabilities.ResumableStreams | Capabilities.Events | Capabilities.Pools,
        FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => probe.LookAsync(cancellation);

    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
