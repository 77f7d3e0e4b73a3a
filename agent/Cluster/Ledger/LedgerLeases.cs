using NodeAgent.Cluster.Records;
using NodeAgent.Contract;

namespace NodeAgent.Cluster.Ledger;

/// <summary>The leases of this node's stay: the long one that others wait for, and the short one that tells that it is heard.</summary>
internal sealed class LedgerLeases(IClusterStore store, NodeId self, TimeProvider time)
{
    /// <summary>How long a node that falls silent still counts as heard: the shortest lease that etcd grants.</summary>
    public static readonly TimeSpan PresenceLength = TimeSpan.FromSeconds(2);

    // Less than half of it, so that one renewal that gets lost ends nothing: renewals come more often than the lease needs them.
    private static readonly TimeSpan PresenceIsFresh = PresenceLength * 0.4;

    // The long lease only takes the stay's keys away from the store when the node is gone. That the stay is not over is what the key says
    // that every renewal writes: others count the lease's length from when they heard of that (NodeSilence), whatever the store's lease does.
    // So the lease is kept with three quarters of it to spare, and not by each renewal. Whoever finds the key gone and had not watched counts
    // ten seconds from then (NodeSilence): by less than that may the store's lease end before the one that this node counts.
    private const double LeaseIsFresh = 0.25;
    private static readonly TimeSpan LongestFresh = TimeSpan.FromSeconds(5);

    private const int MostTries = 3;
    private readonly Lock gate = new();
    private LedgerStay? stay;
    private long extensions;
    private (LeaseId Lease, long At) leaseKept;
    private (LeaseId Lease, long At) presenceKept;

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
            // What was read before a change must not follow it.
            stay = stay?.Session == begun.Session && stay.Key.Modified > begun.Key.Modified ? stay : begun;
        }
    }

    /// <summary>Renews. Yes means that the store wrote it down in order with all else, after it was asked.</summary>
    public async Task<Answer> RenewAsync(long session, TimeSpan length, CancellationToken cancellation)
    {
        var before = Interlocked.Read(ref extensions);
        var found = await FindAsync(session, cancellation);
        if (!found.IsOk)
        {
            return found.Fault.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
        }

        if (found.Value.Length != length)
        {
            // One that was made longer while this was asked must not be made shorter again: the guard counts on it already.
            return Interlocked.Read(ref extensions) != before ? Answer.Unknown : await ReplaceAsync(found.Value, length, PresenceLength, cancellation);
        }

        var lease = KeepLeaseAsync(found.Value, cancellation);
        var presence = KeepPresenceAsync(found.Value, cancellation);
        await Task.WhenAll(lease, presence);
        var answer = await lease == Answer.Yes ? await presence : await lease;
        return answer == Answer.No ? await IsGoneAsync(session, cancellation) : answer;
    }

    /// <summary>
    /// A longer lease, and as long a presence: nobody renews meanwhile, and silence would have others cut this node's power. The price: if it
    /// crashes then, it can join again only when the longer lease ends, for nothing tells whether it still runs.
    /// </summary>
    public async Task<Answer> ExtendAsync(long session, TimeSpan length, CancellationToken cancellation)
    {
        _ = Interlocked.Increment(ref extensions);
        var found = await FindAsync(session, cancellation);
        return found.IsOk ? await ReplaceAsync(found.Value, length, length, cancellation)
            : found.Fault.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
    }

    /// <summary>The stay that is in the store if it is of this boot; null if there is none.</summary>
    public async Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation)
    {
        var entry = await ReadOwnAsync(cancellation);
        return entry.Map(read => read?.BootId == bootId ? new StayFound(read.Number, read.Length) : null);
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

        var read = await ReadOwnAsync(cancellation);
        if (!read.IsOk || read.Value is not { } entry || entry.Number != session)
        {
            return read.IsOk ? Etcd.EtcdFaults.Gone(read.Value?.Lease ?? LeaseId.None) : read.Fault;
        }

        var known = new LedgerStay(session, entry.BootId, entry.Length, entry.Lease, LeaseId.None, new(StoreKeys.Session(self), entry.Modified));
        Hold(known);
        return known;
    }

    private async Task<Outcome<SessionEntry?>> ReadOwnAsync(CancellationToken cancellation)
    {
        var view = await store.ReadAsync(KeyRange.Of(StoreKeys.Session(self)), cancellation);
        return !view.IsOk ? view.Fault
            : view.Value.Find(StoreKeys.Session(self)) is { } entry ? SessionEntry.Read(entry).Map<SessionEntry?>(read => read)
            : Outcome.Ok<SessionEntry?>(null);
    }

    // The stay's key goes over to new leases at once or not at all. Whoever waits for it waits for the length that the key says.
    private async Task<Answer> ReplaceAsync(LedgerStay known, TimeSpan length, TimeSpan presenceLength, CancellationToken cancellation)
    {
        var lease = await GrantAsync(length, cancellation);
        var presence = lease.IsOk ? await GrantAsync(presenceLength, cancellation) : lease;
        if (!presence.IsOk)
        {
            return Answer.Unknown;
        }

        Forget(known.Session);
        var commit = await store.CommitAsync(
            new(
                [known.Key],
                [
                    StoreChange.Put(StoreKeys.Session(self), SessionEntry.Write(known.Session, known.BootId, length), lease.Value),
                    StoreChange.Put(StoreKeys.PresenceOf(self), SessionEntry.WriteNumber(known.Session), presence.Value),
                ]),
            cancellation);
        if (commit.Happened != Answer.Yes)
        {
            // What is in the store now is read anew by the next renewal.
            return Answer.Unknown;
        }

        Hold(known with { Length = length, Lease = lease.Value, Presence = presence.Value, Key = new(StoreKeys.Session(self), commit.Revision) });
        _ = await store.RevokeAsync(known.Lease, cancellation);
        if (known.Presence != LeaseId.None)
        {
            _ = await store.RevokeAsync(known.Presence, cancellation);
        }

        return Answer.Yes;
    }

    // Leases may have been replaced meanwhile: only a key that is gone ends a stay.
    private async Task<Answer> IsGoneAsync(long session, CancellationToken cancellation)
    {
        Forget(session);
        var again = await FindAsync(session, cancellation);
        return again.Fault?.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
    }

    private void Forget(long session)
    {
        lock (gate)
        {
            stay = stay?.Session == session ? null : stay;
        }
    }

    private async Task<Answer> KeepLeaseAsync(LedgerStay known, CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            var fresh = known.Length * LeaseIsFresh;
            if (leaseKept.Lease == known.Lease && time.GetElapsedTime(leaseKept.At, now) < (fresh < LongestFresh ? fresh : LongestFresh))
            {
                return Answer.Yes;
            }
        }

        var kept = await store.KeepAliveAsync(known.Lease, cancellation);
        if (!kept.IsOk)
        {
            return kept.Fault.Code == FaultCode.NotFound ? Answer.No : Answer.Unknown;
        }

        lock (gate)
        {
            leaseKept = (known.Lease, now);
        }

        return Answer.Yes;
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

            var lease = KeepPresenceAsync(presence, cancellation);
            var commit = await store.CommitAsync(
                new([known.Key], [StoreChange.Put(StoreKeys.PresenceOf(self), SessionEntry.WriteNumber(known.Session), presence)]), cancellation);
            await lease;
            if (commit.Happened == Answer.Yes || (commit.Happened == Answer.No && commit.Fault is null))
            {
                return commit.Happened;
            }

            presence = commit.Fault is { Code: FaultCode.NotFound } ? LeaseId.None : presence;
        }

        return Answer.Unknown;
    }

    // The key that is written each time tells that the node is heard; its lease only takes the key away when it is not.
    private async Task KeepPresenceAsync(LeaseId presence, CancellationToken cancellation)
    {
        var now = time.GetTimestamp();
        lock (gate)
        {
            if (presenceKept.Lease == presence && time.GetElapsedTime(presenceKept.At, now) < PresenceIsFresh)
            {
                return;
            }
        }

        var kept = await store.KeepAliveAsync(presence, cancellation);
        if (kept.IsOk)
        {
            lock (gate)
            {
                presenceKept = (presence, now);
            }
        }
    }

    private void Replace(long session, LeaseId presence)
    {
        lock (gate)
        {
            stay = stay?.Session == session ? stay with { Presence = presence } : stay;
        }
    }
}
