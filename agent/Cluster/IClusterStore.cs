using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>
/// The one place where the cluster agrees: keys with revisions, transactions, leases, watches. Every read sees every write that was
/// acknowledged before it began. A store that cannot be reached is a fault or <see cref="Answer.Unknown"/>, never "no".
/// </summary>
public interface IClusterStore : IAsyncDisposable
{
    /// <summary>Which store it is, as it said last; null: it did not yet, or never does. Another one after it was founded anew, and mostly after a restore.</summary>
    string? Identity { get; }

    /// <summary>Reads keys at one revision.</summary>
    Task<Outcome<StoreView>> ReadAsync(KeyRange range, CancellationToken cancellation);

    /// <summary>Writes all or nothing. Asked once only: <see cref="Answer.Unknown"/> means that it may have happened, or may yet.</summary>
    Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation);

    /// <summary>A new lease. The store may grant more than asked. A lost answer leaves a lease without keys that ends by itself.</summary>
    Task<Outcome<LeaseGrant>> GrantAsync(TimeSpan length, CancellationToken cancellation);

    /// <summary>Makes a lease last its whole length again. <see cref="FaultCode.NotFound"/>: it ended, and its keys are gone.</summary>
    Task<Outcome<LeaseGrant>> KeepAliveAsync(LeaseId lease, CancellationToken cancellation);

    /// <summary>Ends a lease and removes its keys. One that is gone is fine.</summary>
    Task<Outcome> RevokeAsync(LeaseId lease, CancellationToken cancellation);

    /// <summary>
    /// Everything that happens to keys from a revision on, each revision whole, once, in order, until cancelled. Goes on by itself after
    /// a broken connection. Ends after <see cref="WatchStep.Compacted"/>: read everything and watch from there.
    /// </summary>
    IAsyncEnumerable<WatchStep> WatchAsync(KeyRange range, long fromRevision, CancellationToken cancellation);

    /// <summary>Forgets history before a revision; a store may forget more. Values stay.</summary>
    Task<Outcome> CompactAsync(long revision, CancellationToken cancellation);

    /// <summary>Whether the store agrees on something right now.</summary>
    Task<StoreHealth> HealthAsync(CancellationToken cancellation);
}
