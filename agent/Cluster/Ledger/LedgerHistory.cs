using NodeAgent.Cluster.Records;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Ledger;

/// <summary>What happened, as all nodes tell it, in the order of the store. For people: nothing is decided by it.</summary>
public sealed class LedgerHistory(IClusterStore store, NodeId self, StoreHistory limits) : IDisposable
{
    private const int MostTries = 3;
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <summary>Adds an entry, and removes the oldest beyond the limit. After a lost answer it may be there twice.</summary>
    public async Task<Outcome> AddAsync(HistoryRecord record, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            for (var tries = 1; ; tries++)
            {
                var known = await store.ReadAsync(KeyRange.Under(StoreKeys.History), cancellation);
                if (!known.IsOk)
                {
                    return known.Fault;
                }

                var key = StoreKeys.HistoryEntry(known.Value.Revision + 1, self);
                var commit = await store.CommitAsync(new([StoreCondition.Absent(key)], limits.Add(known.Value, self, record)), cancellation);
                if (commit.Happened == Answer.Yes || tries == MostTries)
                {
                    return commit.Happened == Answer.Yes ? Outcome.Done : commit.Fault ?? Crowded(key);
                }
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>All entries, the oldest first; those that cannot be read are left out, for a newer agent may tell things of its own.</summary>
    public async Task<Outcome<IReadOnlyList<HistoryRecord>>> ReadAsync(CancellationToken cancellation)
    {
        var view = await store.ReadAsync(KeyRange.Under(StoreKeys.History), cancellation);
        return view.Map<IReadOnlyList<HistoryRecord>>(all => [.. all.Entries.Select(RecordJson.History).Where(read => read.IsOk).Select(read => read.Value)]);
    }

    /// <inheritdoc/>
    public void Dispose() => gate.Dispose();

    private static Fault Crowded(string key) => new(
        FaultCode.Busy, "cannot write the history", $"{key} was there each time it was tried", "Only this entry of the history is lost.", Retry.Never);
}
