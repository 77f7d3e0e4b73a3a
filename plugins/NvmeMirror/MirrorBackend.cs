using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Choices;
using NodeAgent.Plugins.NvmeMirrorBackend.Drives;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Roles;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;
using NodeAgent.Plugins.NvmeMirrorBackend.Volumes;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>One pool of mirrors across two nodes. Each ability is a part of its own.</summary>
internal sealed class MirrorBackend : IBackend
{
    private readonly object[] abilities;
    private readonly MirrorProbe probe;
    private readonly Parts parts;

    public MirrorBackend(BackendContext context, MirrorOptions options, Places places, Knock knock)
    {
        parts = new Parts(context, options, places, knock);
        probe = new MirrorProbe(parts);
        var release = new Release(parts);
        var replacement = new Replacement(parts);
        var watch = new FreezeWatch(parts, release);
        var upkeep = new MirrorUpkeep(parts, watch, release, new Healing(parts, release, replacement), replacement, new Sparing(parts));
        abilities =
        [
            new MirrorVolumes(parts, new Building(parts), watch),
            new MirrorRoles(parts, watch, new Promotion(parts, new Mounting(parts), release), new Demotion(parts, release)),
            new MirrorStatus(parts),
            new MirrorPools(parts, () => upkeep.FrozenFor),
            upkeep,
            new MirrorChoice(parts, new HalfLook(parts)),
            new DriveExchange(parts),
        ];
    }

    // The old writer goes on with its own drives when the peer's are taken away: the node itself must be proven gone.
    public BackendDescription Describe() => new(
        "nvme-mirror",
        Capabilities.Volumes | Capabilities.FilesystemVolumes | Capabilities.BlockVolumes | Capabilities.Expand | Capabilities.Thin
            | Capabilities.Roles | Capabilities.ReplicationStatus | Capabilities.Pools,
        FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => probe.LookAsync(cancellation);

    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    public ValueTask DisposeAsync()
    {
        parts.Gate.Dispose();
        return ValueTask.CompletedTask;
    }
}
