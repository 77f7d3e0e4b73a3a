using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>
/// What a wish changes, and when it is refused. The store applies the result only if its record is still the one that was
/// looked at, and the leases are as they were seen.
/// </summary>
public static class WishRules
{
    /// <summary>The record with the wish; null if it is refused.</summary>
    /// <param name="view">The store as it is.</param>
    /// <param name="wish">The wish.</param>
    /// <param name="by">The node that asks.</param>
    /// <param name="session">Its stay; must last, except for <see cref="Wish.Join"/> and orders.</param>
    /// <param name="run">The agent's process that asks.</param>
    public static ClusterRecord? Apply(ClusterView view, Wish wish, NodeId by, long session, long run) => wish switch
    {
        // Whoever is being fenced waits for the end of that: its power could go at any moment. One that has booted since is let in:
        // that ends the fencing of its last stay, and shot down as it comes back it would stay off, perhaps with the store's majority.
        Wish.Join join when view.Record.Member(by) is { Fence: { Done: null } fence } member && view.IsLive(fence.By) && member.BootId == join.BootId => null,
        Wish.Join join when (view.Record.Member(by)?.Session ?? 0) != join.After => null,

        // Its new boot id would be taken for the proof that the other one, which may be writing, has rebooted.
        Wish.Join join when view.IsAnother(by, join.BootId) => null,
        Wish.Join join => view.Record.With(Joined(view.Record, join, by, session)),
        Wish.Order order => OrderRules.Apply(view, order, by),
        _ when !view.IsLive(by, session) || IsFenced(view.Record, by, session) => null,
        Wish.Adopt adopt => OnMember(view, by, member => member with { Run = adopt.Run }),
        _ when view.Record.Member(by)?.Run != run => null,
        Wish.NoteWatchdog note => OnMember(view, by, member => member with { IsAttested = note.IsAttested }),
        Wish.Leave => OnMember(view, by, member => member with { IsLeaving = true }),
        Wish.Define define => Defined(view, define, by, session),
        Wish.Take take => Taken(view, take, by, session),
        Wish.Publish publish => OnTenure(view, publish.Service, publish.Epoch, by, session, service => Published(service, publish)),
        Wish.Release release => OnTenure(view, release.Service, release.Epoch, by, session, service => Released(service, release, by)),
        Wish.Forgive forgive => view.Record.Service(forgive.Service) is { Owner: null } service && service.Epoch == forgive.Epoch
            ? view.Record.With(service with { FailedOn = service.FailedOn.Clear() })
            : OnTenure(view, forgive.Service, forgive.Epoch, by, session, service => service with { FailedOn = service.FailedOn.Clear(), Failures = 0 }),
        Wish.BeginFence begin => Fence(view, begin.Node, begin.Session, new FenceRecord(begin.Session, by, null)),
        Wish.EndFence end => Fence(view, end.Node, end.Session, end.Proof is null ? null : new FenceRecord(end.Session, by, end.Proof)),
        _ => null,
    };

    private static bool IsFenced(ClusterRecord record, NodeId by, long session) =>
        record.Member(by) is { Fence: { Done: not null } fence } && fence.Session == session;

    private static MemberRecord Joined(ClusterRecord record, Wish.Join join, NodeId by, long session)
    {
        var member = record.Member(by) ?? new MemberRecord(by, join.BootId, session);
        return member with
        {
            BootId = join.BootId, Session = session, Run = join.Run, IsAttested = join.IsAttested, IsLeaving = false, Fence = null,
        };
    }

    private static ClusterRecord? OnMember(ClusterView view, NodeId by, Func<MemberRecord, MemberRecord> change) =>
        view.Record.Member(by) is { } member ? view.Record.With(change(member)) : null;

    private static ClusterRecord? OnTenure(
        ClusterView view, string name, Epoch epoch, NodeId by, long session, Func<ServiceRecord, ServiceRecord> change) =>
        view.Record.Service(name) is { Owner: { } owner } service && owner.Node == by && owner.Session == session && owner.Epoch == epoch
            ? view.Record.With(change(service)) : null;

    private static ClusterRecord? Defined(ClusterView view, Wish.Define define, NodeId by, long session)
    {
        if (view.Record.Service(define.Policy.Name) is { } before)
        {
            return before.Owner is { } owner && owner.Node == by && owner.Session == session
                ? UnitRules.Place(view.Record, before, define)?.With(before with { Policy = define.Policy }) : null;
        }

        if (define.Opens)
        {
            // Whoever opens it has it: it is known, or it was taken out meanwhile.
            return null;
        }

        if (UnitRules.Rename(view, define) is { } renamed)
        {
            return renamed;
        }

        // What this node remembers of a store that has forgotten it comes with what it says of its copies: before, it may be a writer of long ago.
        if (view.Record.Member(by) is not { } member || member.Session != session || !view.Offers.ContainsKey(by.Value))
        {
            return null;
        }

        // Units that are written already go on in their epoch: no other node could have been given it.
        // And a name that is used again goes on after what was said to be gone of it.
        var start = new Epoch(Math.Max(define.Start.Value, 1));
        var epoch = view.Record.Gone.TryGetValue(define.Policy.Name, out var gone) && gone >= start ? new Epoch(gone.Value + 1) : start;

        // Its units may have been in a service that a restored store does not know, and written by another. Under its own name that is sure, and what
        // this node wrote in an epoch that nobody saw may have been followed by one more.
        var forgotten = StoreAge.Forgotten(view);
        var isForgotten = forgotten >= epoch || UnitRules.IsRemembered(view, define.Policy.Name);
        var proof = new Proof(ProofKind.FirstWriter, $"{by} made it known, and writes its units");
        var known = new ServiceRecord(define.Policy)
        {
            Owner = new Tenure(by, session, member.BootId, epoch, proof),
            Epoch = epoch,
            Phase = ServicePhase.Placing,
            Reason = proof.Detail,
            Last = by,
            LastSince = start,
            Reckoned = isForgotten && define.Units is not { Length: 0 } ? new Epoch(Math.Max(forgotten.Value, epoch.Value + 1)) : Epoch.None,
        };

        // In a store that was founded anew a writer of before is no writer any more: it becomes known, and an operator decides who has it.
        return UnitRules.Place(view.Record, known, define)?.With(
            StoreAge.IsOlder(view, known) ? known with { Owner = null, Phase = ServicePhase.Waiting } : known);
    }

    private static ClusterRecord? Taken(ClusterView view, Wish.Take take, NodeId by, long session)
    {
        if (view.Record.Service(take.Service) is not { Wanted: WantedState.Running } service || service.Epoch != take.After
            || view.Record.Member(by) is not { } member || member.Session != session || member.IsLeaving
            || (!view.Record.Arm.IsArmed && service.Owner is { } owner && owner.Node != by))
        {
            return null;
        }

        var proof = Proofs.About(view, service);
        if (!proof.IsOk || Placer.Neighbours(view, service, by) is not null || StoreAge.Objection(view, service) is not null)
        {
            return null;
        }

        // No epoch is given twice, even by a store that has forgotten some, nor one in which a unit was written before it was in this service.
        var isOlder = StoreAge.IsOlder(view, service);
        var newest = new Epoch(Math.Max(StoreAge.Newest(view, service).Value, UnitRules.NewestOf(view.Record, take.Service)));
        var epoch = isOlder ? StoreAge.After(newest) : new Epoch(newest.Value + 1);
        return (isOlder ? UnitRules.Doubted(view.Record, epoch) : view.Record).With(service with
        {
            Owner = new Tenure(by, session, member.BootId, epoch, proof.Value),
            Epoch = epoch,
            Phase = ServicePhase.Placing,
            Reason = proof.Value.Detail,
            Last = by,
            LastSince = service.Last == by && !isOlder ? service.LastSince : epoch,
            Loss = take.Loss,
            LossAccepted = Epoch.None,
            Handed = null,
            KeptFor = null,
            Target = service.Target == by ? null : service.Target,
            Settled = isOlder ? new Settlement(epoch, view.Store) : service.Settled,
            Reckoned = Epoch.None,
        });
    }

    // What runs has proven that the failures before are over.
    private static ServiceRecord Published(ServiceRecord service, Wish.Publish publish) => service with
    {
        Phase = publish.Phase,
        Reason = publish.Reason,
        FailedOn = publish.Phase == ServicePhase.Running ? service.FailedOn.Clear() : service.FailedOn,
        FailedBefore = publish.Phase == ServicePhase.Running ? service.FailedBefore.Remove(service.Owner!.Node.Value) : service.FailedBefore,
    };

    private static ServiceRecord Released(ServiceRecord service, Wish.Release release, NodeId by) => service with
    {
        Owner = null,
        Phase = service.Wanted == WantedState.Stopped ? ServicePhase.Stopped : ServicePhase.Waiting,
        Reason = release.Reason,
        Handed = release.Handed,
        KeptFor = release.KeptFor,
        IsKeptFirmly = release.IsKeptFirmly,
        FailedOn = release.Failure is { } failure ? service.FailedOn.SetItem(by.Value, failure) : service.FailedOn,
        FailedBefore = release.Failure is { } before ? service.FailedBefore.SetItem(by.Value, before) : service.FailedBefore,
        Failures = service.Failures + (release.Failure is null ? 0 : 1),
    };

    // Only a stay that is the node's last can be fenced; whoever came back meanwhile is somebody else.
    private static ClusterRecord? Fence(ClusterView view, NodeId node, long session, FenceRecord? fence) =>
        view.Record.Member(node) is { } member && member.Session == session && member.Fence?.Done is null
        && (fence is not { Done: null } || !view.Present.Contains(node.Value))
            ? view.Record.With(member with { Fence = fence }) : null;
}
