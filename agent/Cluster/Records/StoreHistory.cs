using NodeAgent.Contract;

namespace NodeAgent.Cluster.Records;

/// <summary>What happened, in the store, bounded: whoever adds also removes the oldest.</summary>
/// <param name="Most">How many entries are kept.</param>
public sealed record StoreHistory(int Most = 500)
{
    // A transaction has room for other things too.
    private const int MostRemoved = 16;

    /// <summary>The changes that add an entry to a transaction, given the history as it is known.</summary>
    public IReadOnlyList<StoreChange> Add(StoreView known, NodeId node, HistoryRecord record)
    {
        var entries = known.Entries.Where(entry => entry.Key.StartsWith(StoreKeys.History, StringComparison.Ordinal)).ToList();
        var excess = Math.Clamp(entries.Count + 1 - Most, 0, MostRemoved);
        return
        [
            StoreChange.Put(StoreKeys.HistoryEntry(known.Revision + 1, node), RecordJson.Write(record)),
            .. entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Take(excess).Select(entry => StoreChange.Delete(entry.Key)),
        ];
    }
}
