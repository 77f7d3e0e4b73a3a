using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>Lets go of what a copy on this node needs no more.</summary>
internal static class CopyRetention
{
    // A stream that broke off may still complete one of the newest.
    private const int KeepUnfinished = 2;

    /// <summary>After a snapshot was completed: keeps the newest as the record says, and what an increment or an anchor needs.</summary>
    public static async Task<Outcome> LetOldGoAsync(
        ReplicatedBackend backend, UnitRecord record, string snapshot, IReadOnlyList<Snapshot> existing, CancellationToken cancellation)
    {
        var history = await backend.Streams.ReadHistoryAsync(record.Unit, cancellation);
        if (!history.IsOk)
        {
            return history.Fault;
        }

        var pinned = Held(existing).Concat(Ends(history.Value)).Append(snapshot).ToHashSet(StringComparer.Ordinal);
        return await DeleteAsync(
            backend, record.Unit, Retention.Choose(SnapshotNames.All(existing, history.Value), record.KeepCopies, pinned), cancellation);
    }

    /// <summary>
    /// Before streams come: where one volume can't be brought further, the others are, cycle by cycle, and hold snapshots
    /// that never become whole. All but the newest of these go; whole ones stay, however many there are.
    /// </summary>
    /// <returns>Whether the copy is another than it was.</returns>
    public static async Task<bool> LetUnfinishedGoAsync(
        ReplicatedBackend backend, UnitRecord record, CopyReport report, CancellationToken cancellation)
    {
        if (Unfinished(record, report.History, report.Complete).IsEmpty)
        {
            return false;
        }

        // What is whole is asked of storage: the report knows none while a volume that was added later has not all arrived.
        var listed = await backend.Snapshots.ListAsync(record.Unit, cancellation);
        var old = listed.IsOk ? Unfinished(record, report.History, [.. listed.Value.Select(known => known.Id.Name)]) : [];

        // What can't go now goes at a later look, and is no reason to hold up the copy.
        return !old.IsEmpty && (await DeleteAsync(backend, record.Unit, old, cancellation)).IsOk;
    }

    // Only what is newer than all that is whole. Where nothing is, it may be that all lost a volume that was deleted: then as
    // many stay as would if they were whole.
    private static ImmutableArray<string> Unfinished(UnitRecord record, CopyHistory history, params IReadOnlyCollection<string?> whole)
    {
        var newest = whole.Select(name => name is null ? null : SnapshotName.Parse(name)).Max();
        var names = history.Volumes.SelectMany(volume => volume.Points).Where(point => !point.IsBookmark).Select(point => point.Name)
            .Distinct(StringComparer.Ordinal).Where(name => SnapshotName.Parse(name) is { } own && (newest is null || own.CompareTo(newest.Value) > 0));
        return Retention.Choose(names, newest is null ? Math.Max(KeepUnfinished, record.KeepCopies) : KeepUnfinished, Ends(history).ToHashSet(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Held(IReadOnlyList<Snapshot> existing) =>
        existing.Where(known => known.Holds.Count > 0).Select(known => known.Id.Name);

    // A word about an older snapshot may come late, while a newer one arrives volume by volume: what a volume ends with stays,
    // or its head would differ from all that is left, as if somebody had written to it. Where others made snapshots since,
    // the next increment still begins at replication's own.
    private static IEnumerable<string> Ends(CopyHistory history) => history.Volumes
        .Select(volume => volume.Points.Where(point => !point.IsBookmark).Select(point => point.Name).ToList())
        .SelectMany(names => new[] { names.LastOrDefault(), names.LastOrDefault(name => SnapshotName.Parse(name) is not null) })
        .OfType<string>();

    private static async Task<Outcome> DeleteAsync(
        ReplicatedBackend backend, UnitId unit, ImmutableArray<string> old, CancellationToken cancellation) =>
        old.IsEmpty ? Outcome.Done : await backend.Snapshots.DeleteAsync(unit, old, cancellation);
}
