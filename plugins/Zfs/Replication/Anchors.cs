using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>
/// What an increment starts at must not vanish: bookmarks on the writer, which keep no space, holds on a copy. The
/// new anchor is there before the old one goes. ":" cannot be in a node's name, so it separates.
/// </summary>
internal sealed class Anchors(Parts parts)
{
    public const string TagPrefix = "na-anchor:";
    private const string BookmarkPrefix = "na-cursor:";

    public async Task<Outcome> SetAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation)
    {
        var what = $"cannot anchor snapshot {snapshot} for node {peer}";
        if ((parts.Layout.Check(snapshot) ?? CheckPeer(peer)) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(snapshot.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (unit.Volumes.All(volume => volume.Snapshot(snapshot.Name) is null))
        {
            return new Fault(FaultCode.NotFound, what, "there is no such snapshot on this node", "See 'nodeagent snapshot list' for what there is.", Retry.AfterLook);
        }

        // The other kind goes too: it is left over from before this node changed its role.
        var held = await HeldAsync(unit, what, cancellation);
        if (!held.IsOk)
        {
            return held.Fault;
        }

        var ours = held.Value.Where(hold => hold.Tag == TagPrefix + peer).ToList();
        return unit.Role == Role.Writer
            ? await BookmarkAsync(unit, snapshot.Name, peer, ours, what, cancellation)
            : await HoldAsync(unit, snapshot.Name, peer, ours, what, cancellation);
    }

    public async Task<Outcome> ForgetAsync(UnitId id, NodeId peer, CancellationToken cancellation)
    {
        var what = $"cannot forget the anchors of unit {id} for node {peer}";
        if ((parts.Layout.Check(id) ?? CheckPeer(peer)) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(id, what, cancellation);
        var held = read.IsOk ? await HeldAsync(read.Value, what, cancellation) : read.Fault;
        if (!held.IsOk)
        {
            return held.Fault;
        }

        var released = await ReleaseAsync(held.Value.Where(hold => hold.Tag == TagPrefix + peer), peer, what, cancellation);
        return released.IsOk ? await DropAsync(read.Value, peer, null, what, cancellation) : released;
    }

    /// <summary>Releases those of the holds that are anchors, whoever they are for.</summary>
    public static async Task<Outcome> ReleaseAllAsync(
        ZfsTool tool, IReadOnlyList<Hold> holds, string what, CancellationToken cancellation)
    {
        foreach (var tag in holds.Where(hold => hold.Tag.StartsWith(TagPrefix, StringComparison.Ordinal)).GroupBy(hold => hold.Tag))
        {
            var released = await tool.ChangeAsync(what, ["release", tag.Key, .. tag.Select(hold => hold.Snapshot)], cancellation);
            if (!released.IsOk)
            {
                return released.Fault;
            }
        }

        return Outcome.Done;
    }

    private async Task<Outcome> BookmarkAsync(
        UnitState unit, string snapshot, NodeId peer, List<Hold> ours, string what, CancellationToken cancellation)
    {
        var batch = new Batch();
        foreach (var volume in unit.Volumes)
        {
            if (volume.Snapshot(snapshot) is { } point && volume.Points.All(other => other.Name != Bookmark(peer, point.Guid)))
            {
                batch.Bookmark($"{volume.Dataset}@{snapshot}", $"{volume.Dataset}#{Bookmark(peer, point.Guid)}");
            }
        }

        var set = await batch.RunAsync(parts.Tool, what, cancellation);
        var released = set.IsOk ? await ReleaseAsync(ours, peer, what, cancellation) : set;
        return released.IsOk ? await DropAsync(unit, peer, snapshot, what, cancellation) : released;
    }

    private async Task<Outcome> HoldAsync(
        UnitState unit, string snapshot, NodeId peer, List<Hold> ours, string what, CancellationToken cancellation)
    {
        var wanted = unit.Volumes.Where(volume => volume.Snapshot(snapshot) is not null).Select(volume => $"{volume.Dataset}@{snapshot}").ToList();
        var missing = wanted.Except(ours.Select(hold => hold.Snapshot)).ToList();
        if (missing.Count > 0)
        {
            var held = await parts.Tool.ChangeAsync(what, ["hold", TagPrefix + peer, .. missing], cancellation);
            if (!held.IsOk)
            {
                return held.Fault;
            }
        }

        // A volume without this snapshot keeps its older anchor.
        var volumes = wanted.Select(name => name.Split('@')[0]).ToHashSet(StringComparer.Ordinal);
        var released = await ReleaseAsync(
            ours.Where(hold => volumes.Contains(hold.Dataset) && hold.Name != snapshot), peer, what, cancellation);
        return released.IsOk ? await DropAsync(unit, peer, null, what, cancellation) : released;
    }

    private async Task<Outcome> ReleaseAsync(IEnumerable<Hold> holds, NodeId peer, string what, CancellationToken cancellation)
    {
        var snapshots = holds.Select(hold => hold.Snapshot).ToList();
        return snapshots.Count == 0
            ? Outcome.Done
            : (await parts.Tool.ChangeAsync(what, ["release", TagPrefix + peer, .. snapshots], cancellation)).WithoutValue();
    }

    private async Task<Outcome<IReadOnlyList<Hold>>> HeldAsync(UnitState unit, string what, CancellationToken cancellation) =>
        await Holds.ReadAsync(
            parts.Tool,
            [.. unit.Volumes.SelectMany(volume => volume.Snapshots.Where(point => point.HoldCount > 0).Select(point => $"{volume.Dataset}@{point.Name}"))],
            what,
            cancellation);

    /// <summary>
    /// All bookmarks for a peer go, but for those of <paramref name="keep"/> and of volumes without it. One command
    /// each: channel programs cannot destroy bookmarks.
    /// </summary>
    private async Task<Outcome> DropAsync(UnitState unit, NodeId peer, string? keep, string what, CancellationToken cancellation)
    {
        foreach (var volume in unit.Volumes.Where(volume => keep is null || volume.Snapshot(keep) is not null))
        {
            var kept = keep is null ? null : Bookmark(peer, volume.Snapshot(keep)!.Guid);
            var old = volume.Points.Where(point =>
                point.IsBookmark && point.Name != kept && point.Name.StartsWith($"{BookmarkPrefix}{peer}:", StringComparison.Ordinal));
            var dropped = await Bookmarks.DestroyAsync(parts.Tool, volume, old, what, cancellation);
            if (!dropped.IsOk)
            {
                return dropped;
            }
        }

        return Outcome.Done;
    }

    private static string Bookmark(NodeId peer, string guid) => $"{BookmarkPrefix}{peer}:{guid}";

    private static Fault? CheckPeer(NodeId peer) => Names.IsValid(peer.Value) ? null : Names.Invalid("node", peer.Value);
}
