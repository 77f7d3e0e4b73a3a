using System.Runtime.CompilerServices;
using System.Threading.Channels;

using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Cluster.Ledger;

/// <summary>
/// The ledger in a cluster store. Takes over from a node that is silent only while <see cref="FollowAsync"/> runs: how long a node was
/// not heard is measured here, and the store's word alone is not enough.
/// </summary>
/// <param name="store">The store; stays open.</param>
/// <param name="self">This node.</param>
/// <param name="run">This process of the agent.</param>
/// <param name="time">Its boot clock, and its timers.</param>
/// <param name="newWriteId">Never the same twice, on any node, ever.</param>
public sealed class ClusterLedger(IClusterStore store, NodeId self, long run, TimeProvider time, Func<string> newWriteId) : IClusterLedger, IDisposable
{
    private const int MostTries = 4;
    private readonly NodeSilence silence = new(time);
    private readonly LedgerLeases leases = new(store, self, time);
    private readonly LedgerPen pen = new(store, self, newWriteId);
    private Fault? unreadable;
    private Fault? unwritable;

    /// <summary>What is in the store and cannot be used, or why it could not be written; null if all is well. No view is made meanwhile.</summary>
    public Fault? Trouble => Volatile.Read(ref unreadable) ?? Volatile.Read(ref unwritable);

    /// <inheritdoc/>
    public async Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan lease, CancellationToken cancellation)
    {
        var held = await leases.GrantAsync(lease, cancellation);
        if (!held.IsOk)
        {
            return held.Fault;
        }

        var presence = await leases.GrantAsync(LedgerLeases.PresenceLength, cancellation);
        var joined = presence.IsOk ? await JoinAsync(wish, lease, held.Value, presence.Value, cancellation) : presence.Fault;
        if (!joined.IsOk)
        {
            // If it happened all the same, it ends with the lease: nobody renews it.
            _ = await store.RevokeAsync(held.Value, cancellation);
        }

        return joined;
    }

    /// <inheritdoc/>
    public Task<Answer> RenewAsync(long session, TimeSpan lease, CancellationToken cancellation) => leases.RenewAsync(session, lease, cancellation);

    /// <inheritdoc/>
    public Task<Answer> ExtendAsync(long session, TimeSpan lease, CancellationToken cancellation) => leases.ExtendAsync(session, lease, cancellation);

    /// <inheritdoc/>
    public Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation) => leases.FindAsync(bootId, cancellation);

    /// <inheritdoc/>
    public Task<Outcome> EndAsync(long session, CancellationToken cancellation) => leases.EndAsync(session, cancellation);

    /// <inheritdoc/>
    public Task<WishAnswer> AskAsync(Wish wish, long session, CancellationToken cancellation) => wish switch
    {
        Wish.Join => throw new ArgumentException("A stay begins with a lease.", nameof(wish)),
        Wish.PublishOffers publish => PublishAsync(publish.Offers, session, cancellation),
        _ => ChangeAsync(
            sight => WishRules.Apply(sight.View(silence, self, store.Identity), wish, self, session, run),
            sight => LedgerConditions.Of(sight, wish, self),
            cancellation),
    };

    /// <summary>Tells the cluster what was chosen for services: new ones are added, known ones keep all but their policy.</summary>
    public Task<WishAnswer> DeclareAsync(IReadOnlyList<ServicePolicy> policies, CancellationToken cancellation) => ChangeAsync(
        sight => policies.Aggregate(
            sight.Record,
            (record, policy) => record.With(record.Service(policy.Name) is { } known ? known with { Policy = policy } : new ServiceRecord(policy))),
        sight => [new(StoreKeys.Cluster, sight.RecordModified)],
        cancellation);

    /// <inheritdoc/>
    public async Task<Outcome<ClusterView>> LookAsync(CancellationToken cancellation) =>
        (await ReadAsync(cancellation)).Map(sight => sight.View(silence, self, store.Identity));

    /// <inheritdoc/>
    public async IAsyncEnumerable<ClusterView> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var newest = Channel.CreateBounded<ClusterView>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var follower = new LedgerFollower(store, self, time, silence, fault => Volatile.Write(ref unreadable, fault));
        var running = Task.Run(() => RunAsync(follower, newest.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var view in newest.Reader.ReadAllAsync(cancellation))
            {
                yield return view;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => pen.Dispose();

    // Whatever ends it, the reader learns it.
    private static async Task RunAsync(LedgerFollower follower, ChannelWriter<ClusterView> views, CancellationToken stop)
    {
        try
        {
            await follower.RunAsync(views, stop);
            views.Complete();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            views.Complete();
        }
#pragma warning disable CA1031 // It is not swallowed: the reader of the channel gets it.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            views.Complete(bug);
        }
    }

    private async Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan length, LeaseId lease, LeaseId presence, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var read = await ReadAsync(cancellation);
            if (!read.IsOk)
            {
                return read.Fault;
            }

            var sight = read.Value;
            var session = NextSession(sight);
            var view = sight.View(silence, self, store.Identity);
            if (WishRules.Apply(view, wish, self, session, run) is not { } record)
            {
                return view.IsAnother(self, wish.BootId) ? Another() : Overtaken();
            }

            var text = ClusterRecordJson.Checked(record);
            if (!text.IsOk)
            {
                return text.Fault;
            }

            var commit = await pen.CommitAsync(
                new(
                    LedgerConditions.Of(sight, wish, self),
                    [
                        StoreChange.Put(StoreKeys.Cluster, text.Value),
                        StoreChange.Put(StoreKeys.Session(self), SessionEntry.Write(session, wish.BootId, length), lease),
                        StoreChange.Put(StoreKeys.PresenceOf(self), SessionEntry.WriteNumber(session), presence),
                        StoreChange.Delete(StoreKeys.OffersOf(self)),
                    ]),
                cancellation);
            if (commit.Happened == Answer.Yes)
            {
                leases.Hold(new(session, wish.BootId, length, lease, presence, new(StoreKeys.Session(self), commit.Revision)));
                return session;
            }

            if (commit.Fault is not null || tries == MostTries)
            {
                return commit.Fault ?? Crowded();
            }
        }
    }

    // Greater than any that a record still names, also after a member was forgotten.
    private static long NextSession(LedgerSight sight) => 1 + Math.Max(
        Math.Max(sight.Sessions.Values.Select(stay => stay.Number).DefaultIfEmpty(0).Max(), sight.Ended.Values.DefaultIfEmpty(0).Max()),
        Math.Max(
            sight.Record.Members.Values.Select(member => member.Session).DefaultIfEmpty(0).Max(),
            sight.Record.Services.Values.Select(service => service.Owner?.Session ?? 0).DefaultIfEmpty(0).Max()));

    private async Task<WishAnswer> ChangeAsync(
        Func<LedgerSight, ClusterRecord?> change, Func<LedgerSight, IReadOnlyList<StoreCondition>> conditions, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var read = await ReadAsync(cancellation);
            if (!read.IsOk)
            {
                return WishAnswer.Unknown;
            }

            if (change(read.Value) is not { } record)
            {
                return WishAnswer.Refused;
            }

            var text = ClusterRecordJson.Checked(record);
            if (!text.IsOk)
            {
                // One that nobody can read would stop all nodes.
                return Ended(Commit.Refused(text.Fault), tries)!.Value;
            }

            if (text.Value == read.Value.RecordText)
            {
                return WishAnswer.Done;
            }

            var commit = await pen.CommitAsync(new(conditions(read.Value), [StoreChange.Put(StoreKeys.Cluster, text.Value)]), cancellation);
            if (Ended(commit, tries) is { } answer)
            {
                return answer;
            }
        }
    }

    private async Task<WishAnswer> PublishAsync(NodeOffers offers, long session, CancellationToken cancellation)
    {
        var stay = await leases.FindAsync(session, cancellation);
        if (!stay.IsOk)
        {
            return stay.Fault.Code == FaultCode.NotFound ? WishAnswer.Refused : WishAnswer.Unknown;
        }

        var commit = await pen.CommitAsync(
            new([stay.Value.Key], [StoreChange.Put(StoreKeys.OffersOf(self), OfferJson.WriteAll(offers), stay.Value.Lease)]), cancellation);
        return Ended(commit, MostTries) ?? WishAnswer.Refused;
    }

    // A store session that settled a lost answer says "no" without a fault as well: it surely did not happen, and may be tried again.
    private WishAnswer? Ended(Commit commit, int tries)
    {
        // A lease that has ended is no trouble of the store's.
        Volatile.Write(ref unwritable, commit is { Happened: Answer.No, Fault: { Code: not FaultCode.NotFound } fault } ? fault : null);
        return commit.Happened switch
        {
            Answer.Yes => WishAnswer.Done,
            Answer.Unknown => WishAnswer.Unknown,
            _ when commit.Fault is not null || tries >= MostTries => WishAnswer.Refused,
            _ => null,
        };
    }

    private async Task<Outcome<LedgerSight>> ReadAsync(CancellationToken cancellation)
    {
        var view = await store.ReadAsync(LedgerSight.Range, cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        var sight = LedgerSight.Read(view.Value.Revision, view.Value.Entries);
        if (!sight.IsOk)
        {
            Volatile.Write(ref unreadable, sight.Fault);
        }

        return sight;
    }

    private static Fault Overtaken() => new(
        FaultCode.PreconditionFailed, "cannot join the cluster", "this node is being fenced, or has joined since", "It is tried again by itself.", Retry.Later);

    private Fault Another() => new(
        FaultCode.PreconditionFailed, "cannot join the cluster", $"another machine is alive under the name {self}, or was a moment ago",
        "If this machine was cloned or restored beside its original, switch one of the two off. After a reboot it is tried again by itself.", Retry.Later);

    private static Fault Crowded() => new(
        FaultCode.Busy, "cannot join the cluster", "others changed its record each time it was tried", "It is tried again by itself.", Retry.Later);
}
