using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>
/// Snapshots on their way out. Marked in the index before anything of them is removed: a hold of another node comes before that and forbids it,
/// or after and is refused; never is something held that is gone. All members block; only a call lane uses them.
/// </summary>
internal static class GoingSnapshots
{
    /// <summary>Marks snapshots that were looked at; <see cref="FaultCode.Busy"/> if one changed since. What they are now.</summary>
    public static Outcome<IReadOnlyDictionary<string, Stored<SnapshotRecord>>> Mark(
        UnitIndex index, IoHandle io, string unit, IReadOnlyList<KeyValuePair<string, Stored<SnapshotRecord>>> meant, string what)
    {
        var marked = meant.ToDictionary(s => s.Key, s => Going(s.Value), StringComparer.Ordinal);
        var changed = meant.Where(s => !s.Value.Record.IsGoing).ToList();
        var told = changed.Count == 0 ? Outcome.Done : index.Change(
            io,
            [.. changed.Select(s => new IndexEntry(Keys.Snapshot(unit, s.Key), s.Value.Bytes))],
            [.. changed.Select(s => new IndexEntry(Keys.Snapshot(unit, s.Key), marked[s.Key].Bytes))], what);
        return told.IsOk ? marked : told.Fault;
    }

    /// <summary>None of them was removed: they are as before. If that fails they stay marked, and are taken away the next time.</summary>
    public static void Unmark(UnitIndex index, IoHandle io, string unit, IReadOnlyDictionary<string, Stored<SnapshotRecord>> marked, string what) =>
        _ = index.Change(io, Expected(unit, marked), [.. marked.Select(s => new IndexEntry(Keys.Snapshot(unit, s.Key), UnitIndex.Bytes(s.Value.Record with { IsGoing = false })))], what);

    /// <summary>They are gone.</summary>
    public static Outcome Forget(UnitIndex index, IoHandle io, string unit, IReadOnlyDictionary<string, Stored<SnapshotRecord>> marked, string what) =>
        marked.Count == 0 ? Outcome.Done : index.Change(io, Expected(unit, marked), [.. marked.Select(s => new IndexEntry(Keys.Snapshot(unit, s.Key), []))], what);

    private static Stored<SnapshotRecord> Going(Stored<SnapshotRecord> stored)
    {
        var going = stored.Record with { IsGoing = true };
        return stored.Record.IsGoing ? stored : new Stored<SnapshotRecord>(going, UnitIndex.Bytes(going));
    }

    private static List<IndexEntry> Expected(string unit, IReadOnlyDictionary<string, Stored<SnapshotRecord>> marked) =>
        [.. marked.Select(s => new IndexEntry(Keys.Snapshot(unit, s.Key), s.Value.Bytes))];
}
