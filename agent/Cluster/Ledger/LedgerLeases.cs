using NodeAgent.Cluster.Records;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Ledger;

/// <summary>The leases of this node's stay: the long one that others wait for, and the short one that tells that it is heard.</summary>
internal sealed class LedgerLeases(IClusterStore store, NodeId self)
{
    /// <summary>How long a node that falls silent still counts as heard: the shortest lease that etcd grants.</summary>
    public static readonly TimeSpan PresenceLength = TimeSpan.FromSeconds(2);

    private const int MostTries = 3;
    private readonly Lock gate = new();
    private LedgerStay? stay;

    /// <summary>A lease that is no longer than asked for.</summary>
    public async Task<Outcome<LeaseId>> GrantAsync(TimeSpan length, CancellationToken cancellation)
    {
        var grant = await store.GrantAsync(length, cancellation);
        if (!grant.IsOk || grant.Value.Length <= length)
        {
            return grant.Map(given => given.Id);
        }

        _ = await store.RevokeAsync(grant.Value.Id, cancellation);
        return new Fault(
            FaultCode.PreconditionFailed, "cannot join the cluster", $"the store grants leases of {grant.Value.Length.TotalSeconds} s instead of {length.TotalSeconds} s",
            "Use etcd's own heartbeat and election settings, or a larger stall tolerance.", Retry.AfterFix);
    }

    /// <summary>Remembers the stay that was just begun.</summary>
    public void Hold(LedgerStay begun)
    {
        lock (gate)
        {
            stay = begun;
        }
    }

    /// <summary>Renews. Yes means that the store wrote it down in order with all else, after it was asked.</summary>
    public async Task<Answer> RenewAsync(long session, CancellationToken cancellation)
    {
        var found = await FindAsync(session, cancellation);
        if (!found.IsOk)
        {
            return found.Fault.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
        }

        var lease = store.KeepAliveAsync(found.Value.Lease, cancellation);
        var presence = KeepPresenceAsync(found.Value, cancellation);
        await Task.WhenAll(lease, presence);
        var kept = await lease;
        return kept.IsOk ? await presence : kept.Fault.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
    }

    /// <summary>Ends a stay, at once for everybody.</summary>
    public async Task<Outcome> EndAsync(long session, CancellationToken cancellation)
    {
        var found = await FindAsync(session, cancellation);
        if (!found.IsOk)
        {
            return found.Fault.Code == FaultCode.NotFound ? Outcome.Done : found.Fault;
        }

        var commit = await store.CommitAsync(
            new(
                [found.Value.Key],
                [
                    StoreChange.Delete(StoreKeys.Session(self)), StoreChange.Delete(StoreKeys.PresenceOf(self)), StoreChange.Delete(StoreKeys.OffersOf(self)),
                    StoreChange.Put(StoreKeys.EndedBy(self), SessionEntry.WriteNumber(session)),
                ]),
            cancellation);
        if (commit.Fault is { } fault)
        {
            return fault;
        }

        // Without keys they mean nothing any more.
        _ = await store.RevokeAsync(found.Value.Lease, cancellation);
        _ = await store.RevokeAsync(found.Value.Presence, cancellation);
        return Outcome.Done;
    }

    /// <summary>The stay of that number; one that another process of this node began is taken on from the store.</summary>
    public async Task<Outcome<LedgerStay>> FindAsync(long session, CancellationToken cancellation)
    {
        lock (gate)
        {
            if (stay?.Session == session)
            {
                return stay;
            }
        }

        var view = await store.ReadAsync(KeyRange.Of(StoreKeys.Session(self)), cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        if (view.Value.Find(StoreKeys.Session(self)) is not { } entry)
        {
            return Etcd.EtcdFaults.Gone(LeaseId.None);
        }

        var read = SessionEntry.Read(entry);
        if (!read.IsOk || read.Value.Number != session)
        {
            return read.IsOk ? Etcd.EtcdFaults.Gone(entry.Lease) : read.Fault;
        }

        var known = new LedgerStay(session, entry.Lease, LeaseId.None, entry.Untouched);
        Hold(known);
        return known;
    }

    // Repeated freely: it says the same each time, and only while the stay lasts.
    private async Task<Answer> KeepPresenceAsync(LedgerStay known, CancellationToken cancellation)
    {
        var presence = known.Presence;
        for (var tries = 1; tries <= MostTries; tries++)
        {
            if (presence == LeaseId.None)
            {
                var grant = await store.GrantAsync(PresenceLength, cancellation);
                if (!grant.IsOk)
                {
                    return Answer.Unknown;
                }

                presence = grant.Value.Id;
                Replace(known.Session, presence);
            }

            var lease = store.KeepAliveAsync(presence, cancellation);
            var commit = await store.CommitAsync(
                new([known.Key], [StoreChange.Put(StoreKeys.PresenceOf(self), SessionEntry.WriteNumber(known.Session), presence)]), cancellation);
            _ = await lease;
            if (commit.Happened == Answer.Yes || (commit.Happened == Answer.No && commit.Fault is null))
            {
                return commit.Happened;
            }

            presence = commit.Fault is { Code: FaultCode.NotFound } ? LeaseId.None : presence;
        }

        return Answer.Unknown;
    }

    private void Replace(long session, LeaseId presence)
    {
        lock (gate)
        {
            stay = stay?.Session == session ? stay with { Presence = presence } : stay;
        }
    }
}
