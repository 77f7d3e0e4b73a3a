using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>Tells what a step saw: each volume is a leg of both copies, the connection the one path that carries them all.</summary>
internal static class StepReport
{
    /// <summary>What is told of a resource.</summary>
    /// <param name="parts">The backend.</param>
    /// <param name="resource">Which.</param>
    /// <param name="at">When the kernel was asked.</param>
    /// <param name="state">What it said; null: it does not have the resource.</param>
    /// <param name="freeze">How long writes stand still.</param>
    /// <param name="copying">The most that was left of the copying that is under way: what it began with, or a little less; null: none is.</param>
    public static UpkeepReport Of(Parts parts, Resource resource, DateTimeOffset at, ResourceState? state, FreezeClock freeze, long? copying)
    {
        var certificate = resource.Book.LastRead;
        return new UpkeepReport(resource.Unit, at)
        {
            IsCertificateRead = certificate is null ? Answer.Unknown : certificate.IsRead ? Answer.Yes : Answer.No,
            Certified = certificate?.Certificate is { } says
                ? new Dictionary<NodeId, bool> { [parts.Self] = says.Covers(parts.Self), [parts.Peer] = says.Covers(parts.Peer) }
                : [],
            Legs = [.. (state?.Volumes ?? []).SelectMany(volume => new[] { Own(parts.Self, volume), Others(parts.Peer, volume) })],
            Paths = state is null ? [] : [new CopyPath(CopyPath.AllLegs, "1", state.IsConnected)],

            // Only who sends tells, so that it is told once.
            Resync = IsSource(state) ? new CopyResync(parts.Peer, state!.OutOfSyncBytes, copying) : null,
            IsParted = state is null ? Answer.Unknown
                : state.IsAlone && !resource.Parted.IsSet && certificate?.Certificate is { GivingWay: null } ? Answer.Yes : Answer.No,
            Frozen = freeze.Total,
            FrozenFor = freeze.For,
        };
    }

    /// <summary>True if this node's copy is being copied to the other.</summary>
    public static bool IsSource(ResourceState? state) => state?.Volumes.Any(volume => volume.Replication is "SyncSource" or "PausedSyncS") == true;

    private static CopyLeg Own(NodeId node, VolumeState volume) => new(node, Name(volume), State(volume.Disk, volume.Replication is "SyncTarget" or "PausedSyncT"));

    private static CopyLeg Others(NodeId node, VolumeState volume) => new(node, Name(volume), State(volume.PeerDisk, volume.Replication is "SyncSource" or "PausedSyncS"));

    // "Consistent": complete, and nobody knows yet whether it is the newest.
    private static CopyState State(string disk, bool isTarget) => disk switch
    {
        "UpToDate" => CopyState.InSync,
        "Outdated" => CopyState.Outdated,
        "Inconsistent" when isTarget => CopyState.Resyncing,
        "Inconsistent" or "Failed" => CopyState.Inconsistent,
        "Diskless" => CopyState.Absent,
        _ => CopyState.Unknown,
    };

    private static string Name(VolumeState volume) => volume.Number.ToString(CultureInfo.InvariantCulture);
}
