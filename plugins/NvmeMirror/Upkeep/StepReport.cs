using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>Tells what a step saw: each drive is a leg, each of its two ways to the peer a path.</summary>
internal sealed class StepReport(Parts parts)
{
    public UpkeepReport Of(Step step, FreezeClock freeze)
    {
        var certificate = parts.Book.LastRead;
        return new UpkeepReport(parts.Unit, step.At)
        {
            IsCertificateRead = certificate is null ? Answer.Unknown : certificate.IsRead ? Answer.Yes : Answer.No,
            Certified = certificate?.Certificate is { IsBuilding: false } says
                ? new Dictionary<NodeId, bool> { [parts.Self] = says.Covers(parts.Self), [parts.Peer] = says.Covers(parts.Peer) }
                : [],
            Legs = step.View is { } view ? [.. parts.Pairs.SelectMany(pair => new[] { Leg(view, parts.Self, pair.Index, pair.Local), Leg(view, parts.Peer, pair.Index, pair.Remote) })] : [],
            Paths = step.Paths is { } paths ? [.. parts.Pairs.SelectMany(pair => Paths(pair, paths))] : [],
            Resync = step.View is { Scan: { IsRunning: true } scan } pool && Waiting(pool, certificate?.Certificate) is { } waiting
                ? new CopyResync(waiting, Math.Max(0, scan.Total - scan.Done), Math.Max(0, scan.Total)) : null,
            Frozen = freeze.Total,
            FrozenFor = freeze.For,
        };
    }

    private static CopyLeg Leg(PoolView view, NodeId node, int index, Guid partition) => new(node, Name(index), view.Of(partition) switch
    {
        null => CopyState.Absent,

        // It misses what is written now, whatever the word for it is.
        { IsOnline: false } => CopyState.Outdated,
        { Errors: > 0 } => CopyState.Inconsistent,
        { Copied: > 0 } when view.IsCopying => CopyState.Resyncing,

        // ZFS tells only after a while what it copies onto.
        _ when (view.IsCopying || view.IsOwing) && !view.Leaves.Any(leaf => leaf.Copied > 0) => CopyState.Unknown,
        _ => CopyState.InSync,
    });

    // Over each network at most one that lives: a path that is being given up may still be there beside the new one.
    private IEnumerable<CopyPath> Paths(DrivePair pair, IReadOnlyList<DrivePath> paths)
    {
        var ours = parts.Connections.Of(pair, paths);
        return parts.Options.Peer.Addresses.Select((address, network) => new CopyPath(
            Name(pair.Index), Name(network + 1), ours.Any(path => path.IsLive && path.Address == address.ToString())));
    }

    // A scrub brings nobody anything, unless a half waits for its end to be certified.
    private NodeId? Waiting(PoolView view, Certificate? says) => view.Scan!.Kind == "resilver" ? Copied(view)
        : view.Scan.Kind != "scrub" || says is null or { IsBuilding: true } ? null
        : !says.Covers(parts.Peer) ? parts.Peer
        : !says.Covers(parts.Self) ? parts.Self
        : null;

    private NodeId Copied(PoolView view) =>
        parts.Pairs.Any(pair => view.Of(pair.Local) is { Copied: > 0 }) && !parts.Pairs.Any(pair => view.Of(pair.Remote) is { Copied: > 0 })
            ? parts.Self : parts.Peer;

    private static string Name(int number) => number.ToString(CultureInfo.InvariantCulture);
}
