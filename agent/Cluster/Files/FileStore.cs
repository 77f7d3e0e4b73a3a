using System.Runtime.CompilerServices;

using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Cluster.Files;

/// <summary>
/// The cluster store of one node alone: a journal on its disk with the same meaning as etcd. What was acknowledged is there after a power
/// cut. Leases run on the boot clock of this process; after a restart each has its whole length again.
/// </summary>
public sealed class FileStore : IClusterStore
{
    private readonly Lock gate = new();
    private readonly FileState state = new();
    private readonly FileWatchers watchers = new();
    private readonly FileJournal journal;
    private readonly BootClock clock;
    private readonly ITimer timer;
    private bool disposed;

    private FileStore(FileJournal journal, TimeProvider time)
    {
        this.journal = journal;
        clock = new(time);
        timer = time.CreateTimer(_ => EndLeases(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Opens a store, or makes an empty one. <see cref="FaultCode.Busy"/>: another process has it.</summary>
    /// <param name="path">The journal.</param>
    /// <param name="time">This node's boot clock.</param>
    /// <param name="longest">Bytes after which the journal is written anew.</param>
    public static Outcome<FileStore> Open(string path, TimeProvider time, long longest = 4 * 1024 * 1024)
    {
        var store = new FileStore(new(path, longest), time);
        lock (store.gate)
        {
            if (store.Ready() is not { } fault)
            {
                return store;
            }

            store.Close();
            return fault;
        }
    }

    /// <inheritdoc/>
    public string? Identity => null;

    /// <inheritdoc/>
    public Task<Outcome<StoreView>> ReadAsync(KeyRange range, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult<Outcome<StoreView>>(Ready() is { } fault ? fault : state.View(range));
        }
    }

    /// <inheritdoc/>
    public Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(transaction.Check() is { } wrong ? Commit.Refused(wrong) : Ready() is { } fault ? Commit.Unknown(fault) : Apply(transaction));
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<LeaseGrant>> GrantAsync(TimeSpan length, CancellationToken cancellation)
    {
        var now = clock.Now;
        lock (gate)
        {
            // Numbers never come again: a sequence is used once.
            var ready = Ready();
            var lease = new LeaseId(state.Sequence + 1);
            var seconds = Math.Max(2, (long)Math.Ceiling(length.TotalSeconds));
            return Task.FromResult<Outcome<LeaseGrant>>(
                (ready ?? Record(new FileChange.Grant(lease.Value, lease, seconds))) is { } fault ? fault : new LeaseGrant(lease, TimeSpan.FromSeconds(seconds), now));
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<LeaseGrant>> KeepAliveAsync(LeaseId lease, CancellationToken cancellation)
    {
        var now = clock.Now;
        lock (gate)
        {
            if (Ready() is { } fault)
            {
                return Task.FromResult<Outcome<LeaseGrant>>(fault);
            }

            if (!state.Leases.TryGetValue(lease, out var known))
            {
                return Task.FromResult<Outcome<LeaseGrant>>(Etcd.EtcdFaults.Gone(lease));
            }

            state.Renew(lease, clock.Now);
            Arm();
            return Task.FromResult<Outcome<LeaseGrant>>(new LeaseGrant(lease, TimeSpan.FromSeconds(known.Seconds), now));
        }
    }

    /// <inheritdoc/>
    public Task<Outcome> RevokeAsync(LeaseId lease, CancellationToken cancellation)
    {
        lock (gate)
        {
            var fault = Ready() ?? (state.Leases.ContainsKey(lease) ? Record(new FileChange.End(state.Sequence + 1, lease)) : null);
            return Task.FromResult(fault is null ? Outcome.Done : fault);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchStep> WatchAsync(KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var channel = Locked(() => watchers.Add(state, fromRevision));
        try
        {
            await foreach (var step in FileWatchers.ReadAsync(channel, range, fromRevision, cancellation))
            {
                yield return step;
            }
        }
        finally
        {
            Locked(() =>
            {
                watchers.Remove(channel);
                return channel;
            });
        }
    }

    /// <inheritdoc/>
    public Task<Outcome> CompactAsync(long revision, CancellationToken cancellation)
    {
        lock (gate)
        {
            var fault = Ready() ?? (revision < state.OldestKept ? null : Compact());
            return Task.FromResult(fault is null ? Outcome.Done : fault);
        }
    }

    /// <inheritdoc/>
    public Task<StoreHealth> HealthAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            var fault = Ready();
            var answer = fault is null ? Answer.Yes : Answer.Unknown;
            return Task.FromResult(new StoreHealth(answer, [new(journal.Path, answer, answer, journal.Length, string.Empty, fault)], fault));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (gate)
        {
            Close();
        }

        return timer.DisposeAsync();
    }

    private Commit Apply(StoreTransaction transaction)
    {
        if (!transaction.Conditions.All(state.Holds))
        {
            return Commit.No(state.Revision, [.. transaction.Conditions.Select(condition => condition.Key).Distinct(StringComparer.Ordinal).Select(state.Find).OfType<StoreEntry>()]);
        }

        if (transaction.Changes.FirstOrDefault(change => change.Lease != LeaseId.None && !state.Leases.ContainsKey(change.Lease)) is { } orphan)
        {
            return Commit.Refused(new(FaultCode.NotFound, $"cannot write {orphan.Key}", $"lease {orphan.Lease} has ended", "Ask for a new lease.", Retry.Never));
        }

        var changes = transaction.Changes.Where(change => change.Value is not null || state.Find(change.Key) is not null).ToList();
        var fault = changes.Count == 0 ? null : Record(new FileChange.Write(state.Sequence + 1, changes));
        return fault is null ? Commit.Yes(state.Revision) : Commit.Unknown(fault);
    }

    // First on disk, then in memory, then to those who watch.
    private Fault? Record(FileChange change)
    {
        if (journal.Append(change) is { } fault)
        {
            return fault;
        }

        Take(change);
        if (journal.IsLong)
        {
            // It stays long if this fails; the change itself is safe.
            _ = Compact();
        }

        Arm();
        return null;
    }

    private void Take(FileChange change)
    {
        var oldest = state.OldestKept;
        var step = state.Apply(change, clock.Now);
        if (change is FileChange.Whole && state.OldestKept != oldest)
        {
            watchers.EndAll(state.OldestKept);
        }

        if (step is not null)
        {
            watchers.Publish(step);
        }
    }

    private Fault? Compact()
    {
        var whole = state.Whole();
        if (journal.Replace(whole) is { } fault)
        {
            return fault;
        }

        state.Compacted(whole);
        return null;
    }

    // A journal that failed is read again: only the disk knows what became of the last write.
    private Fault? Ready()
    {
        if (disposed)
        {
            return new(FaultCode.ControlPlaneUnavailable, $"cannot use the cluster store {journal.Path}", "it is closed", string.Empty, Retry.Never);
        }

        var records = journal.Open();
        if (!records.IsOk)
        {
            return records.Fault;
        }

        foreach (var record in records.Value)
        {
            Take(record);
        }

        return EndDue();
    }

    private Fault? EndDue()
    {
        var now = clock.Now;
        foreach (var lease in state.Leases.Where(lease => lease.Value.Ends <= now).Select(lease => lease.Key).ToList())
        {
            if (Record(new FileChange.End(state.Sequence + 1, lease)) is { } fault)
            {
                return fault;
            }
        }

        Arm();
        return null;
    }

    private void EndLeases()
    {
        lock (gate)
        {
            _ = Ready();
        }
    }

    private void Arm()
    {
        if (disposed || state.Leases.Count == 0)
        {
            return;
        }

        var due = clock.Until(state.Leases.Values.Min(lease => lease.Ends));
        // A moment late rather than early; a timer that fires early is only set again.
        timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(due.TotalMilliseconds + 1, 1, 3_600_000)), Timeout.InfiniteTimeSpan);
    }

    private T Locked<T>(Func<T> action)
    {
        lock (gate)
        {
            return action();
        }
    }

    private void Close()
    {
        disposed = true;
        journal.Dispose();
        watchers.EndAll(state.Revision + 1);
    }
}
