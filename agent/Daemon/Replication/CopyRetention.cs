using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>Lets go of what a copy on this node needs no more.</summary>
internal static class CopyRetention
{
    /// <summary>Snapshots that are not whole of which nobody needs to be thought: the newest may still become whole.</summary>
    public const int KeepUnfinished = 2;

    // Names become arguments of one command.
    private const int MostAtOnce = 200;

    /// <summary>After a snapshot was completed: keeps the newest as the record says, and what an increment or an anchor needs.</summary>
    public static async Task<Outcome> LetOldGoAsync(
        ReplicatedBackend backend, UnitRecord record, string snapshot, IReadOnlyList<Snapshot> existing, CancellationToken cancellation)
    {
        var history = await backend.Streams.ReadHistoryAsync(record.Unit, cancellation);
        if (!history.IsOk)
        {
            return history.Fault;
        }

        var pinned = existing.Where(known => known.Holds.Count > 0).Select(known => known.Id.Name).Append(snapshot).ToHashSet(StringComparer.Ordinal);
        var whole = existing.Select(known => known.Id.Name).Where(name => SnapshotName.Parse(name) is not null).ToHashSet(StringComparer.Ordinal);
        var partly = SnapshotNames.All(existing, history.Value).Where(name => !whole.Contains(name) && IsOwn(name, upTo: snapshot)).ToList();

        // What is not whole has only the room that whole ones leave. A word about an older snapshot may come late, while a newer one
        // arrives volume by volume: that one stays, or a head would differ from all that is left, as if somebody had written to it.
        var room = Math.Max(0, record.KeepCopies - whole.Count);
        var old = Retention.Choose(whole, record.KeepCopies, pinned)
            .AddRange(room == 0 ? [.. partly.Where(name => !pinned.Contains(name))] : Retention.Choose(partly, room, pinned));
        return await DeleteAsync(backend, record.Unit, old, cancellation);
    }

    /// <summary>
    /// Where one volume can't be brought further, the others are, cycle by cycle, and hold snapshots that never become whole.
    /// All but the newest of these go, and what a stream that broke off would complete; whole ones stay, however many there are.
    /// </summary>
    public static async Task LetUnfinishedGoAsync(ReplicatedBackend backend, UnitRecord record, CancellationToken cancellation)
    {
        var history = await backend.Streams.ReadHistoryAsync(record.Unit, cancellation);
        var listed = history.IsOk ? await backend.Snapshots.ListAsync(record.Unit, cancellation) : history.Fault;
        if (!history.IsOk || !listed.IsOk || history.Value.Volumes.Any(volume => volume.Partial is { Target: null }))
        {
            return;
        }

        // What can't go now goes later, and is no reason to call a stream that came a failure.
        _ = await DeleteAsync(backend, record.Unit, Unfinished(record, history.Value, [.. listed.Value.Select(known => known.Id.Name)]), cancellation);
    }

    // Only what is newer than all that is whole. Where nothing is, it may be that all lost a volume that was deleted: then as
    // many stay as would if they were whole.
    private static ImmutableArray<string> Unfinished(UnitRecord record, CopyHistory history, IReadOnlyList<string> whole)
    {
        var newest = whole.Select(SnapshotName.Parse).Max();
        var names = SnapshotNames.All([], history).Where(name => SnapshotName.Parse(name) is { } own && (newest is null || own.CompareTo(newest.Value) > 0));
        var targets = history.Volumes.Select(volume => volume.Partial?.Target).OfType<string>();
        var keep = newest is null ? Math.Max(KeepUnfinished, record.KeepCopies) : KeepUnfinished;
        return Retention.Choose(names, keep, Ends(history).Concat(targets).ToHashSet(StringComparer.Ordinal));
    }

    private static bool IsOwn(string name, string upTo) =>
        SnapshotName.Parse(name) is { } own && SnapshotName.Parse(upTo) is { } last && own.CompareTo(last) <= 0;

    // The next increment begins where a volume ends; where others made snapshots since, at replication's own.
    private static IEnumerable<string> Ends(CopyHistory history) => history.Volumes
        .Select(volume => volume.Points.Where(point => !point.IsBookmark).Select(point => point.Name).ToList())
        .SelectMany(names => new[] { names.LastOrDefault(), names.LastOrDefault(name => SnapshotName.Parse(name) is not null) })
        .OfType<string>();

    private static async Task<Outcome> DeleteAsync(
        ReplicatedBackend backend, UnitId unit, ImmutableArray<string> old, CancellationToken cancellation)
    {
        foreach (var some in old.Chunk(MostAtOnce))
        {
            var deleted = await backend.Snapshots.DeleteAsync(unit, some, cancellation);
            if (!deleted.IsOk)
            {
                return deleted;
            }
        }

        return Outcome.Done;
    }
}
