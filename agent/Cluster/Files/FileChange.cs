namespace NodeAgent.Cluster.Files;

/// <summary>One record of the journal.</summary>
internal abstract record FileChange(long Sequence)
{
    /// <summary>A transaction. Removals name only keys that were there.</summary>
    public sealed record Write(long Sequence, IReadOnlyList<StoreChange> Changes) : FileChange(Sequence);

    /// <summary>A new lease.</summary>
    public sealed record Grant(long Sequence, LeaseId Lease, long Seconds) : FileChange(Sequence);

    /// <summary>A lease ended, and its keys with it.</summary>
    public sealed record End(long Sequence, LeaseId Lease) : FileChange(Sequence);

    /// <summary>Everything at once: the first record after a compaction.</summary>
    public sealed record Whole(long Sequence, long Revision, IReadOnlyList<StoreEntry> Entries, IReadOnlyList<Grant> Leases) : FileChange(Sequence);
}
