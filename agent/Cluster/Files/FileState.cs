using NodeAgent.Contract;

namespace NodeAgent.Cluster.Files;

/// <summary>What the journal adds up to. Decides nothing and waits for nothing: it only applies records, each once.</summary>
internal sealed class FileState
{
    private readonly SortedDictionary<string, StoreEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<LeaseId, FileLease> leases = [];
    private readonly List<WatchStep.Changed> history = [];

    /// <summary>The last record that was applied.</summary>
    public long Sequence { get; private set; }

    /// <summary>The store's revision; an empty store is at one.</summary>
    public long Revision { get; private set; } = 1;

    /// <summary>The oldest revision whose changes are kept.</summary>
    public long OldestKept { get; private set; } = 2;

    public IReadOnlyDictionary<LeaseId, FileLease> Leases => leases;

    public IReadOnlyList<WatchStep.Changed> History => history;

    public StoreEntry? Find(string key) => entries.GetValueOrDefault(key);

    public StoreView View(KeyRange range) => new(Revision, [.. entries.Values.Where(entry => range.Contains(entry.Key))]);

    public bool Holds(StoreCondition condition) => (Find(condition.Key)?.Modified ?? 0) == condition.Modified;

    public void Renew(LeaseId lease, Instant now)
    {
        var known = leases[lease];
        leases[lease] = known with { Ends = now.Add(TimeSpan.FromSeconds(known.Seconds)) };
    }

    /// <summary>All of it as one record, with a sequence of its own.</summary>
    public FileChange.Whole Whole() => new(
        Sequence + 1,
        Revision,
        [.. entries.Values],
        [.. leases.Select(lease => new FileChange.Grant(0, lease.Key, lease.Value.Seconds))]);

    /// <summary>All of it is one record on disk now. Leases go on as they were.</summary>
    public void Compacted(FileChange.Whole whole)
    {
        Sequence = whole.Sequence;
        Forget();
    }

    /// <summary>Applies a record, unless it was applied before.</summary>
    /// <returns>What it changed; null if nothing.</returns>
    public WatchStep.Changed? Apply(FileChange change, Instant now)
    {
        if (change.Sequence <= Sequence)
        {
            return null;
        }

        Sequence = change.Sequence;
        switch (change)
        {
            case FileChange.Write write:
                return Apply(write.Changes);
            case FileChange.Grant grant:
                leases[grant.Lease] = new(grant.Seconds, now.Add(TimeSpan.FromSeconds(grant.Seconds)));
                return null;
            case FileChange.End end:
                _ = leases.Remove(end.Lease);
                return Apply([.. entries.Values.Where(entry => entry.Lease == end.Lease).Select(entry => StoreChange.Delete(entry.Key))]);
            case FileChange.Whole whole:
                Take(whole, now);
                return null;
            default:
                throw new InvalidOperationException($"No such record: {change}");
        }
    }

    private WatchStep.Changed? Apply(IReadOnlyList<StoreChange> changes)
    {
        if (changes.Count == 0)
        {
            return null;
        }

        Revision++;
        var step = new WatchStep.Changed(Revision, [.. changes.Select(Apply)]);
        history.Add(step);
        return step;
    }

    private StoreEvent Apply(StoreChange change)
    {
        if (change.Value is null)
        {
            _ = entries.Remove(change.Key);
            return new(change.Key, null, Revision);
        }

        var entry = new StoreEntry(change.Key, change.Value, Find(change.Key)?.Created ?? Revision, Revision, change.Lease);
        entries[change.Key] = entry;
        return new(change.Key, entry, Revision);
    }

    private void Forget()
    {
        history.Clear();
        OldestKept = Revision + 1;
    }

    private void Take(FileChange.Whole whole, Instant now)
    {
        // After a failed write the file may be newer than memory, and what happened between is not in it.
        if (whole.Revision != Revision)
        {
            Revision = whole.Revision;
            Forget();
        }

        entries.Clear();
        leases.Clear();
        foreach (var entry in whole.Entries)
        {
            entries[entry.Key] = entry;
        }

        foreach (var lease in whole.Leases)
        {
            leases[lease.Lease] = new(lease.Seconds, now.Add(TimeSpan.FromSeconds(lease.Seconds)));
        }
    }
}
