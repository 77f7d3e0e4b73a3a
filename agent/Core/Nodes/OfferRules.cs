using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>What this node's copies are worth: looked at now and then, and at once when a writer is lost.</summary>
internal static class OfferRules
{
    public static void Take(Turn turn, NodeInput.Looked looked)
    {
        var offers = looked.Offers with
        {
            OfService = looked.Offers.OfService.ToImmutableSortedDictionary(offer => offer.Key, offer => Bounded(turn, offer.Key, offer.Value, looked.AskedAt), StringComparer.Ordinal),
        };
        turn.State = turn.State with { Offers = offers, AreOffersUntold = true };
        Publish(turn);
    }

    public static void Reconcile(Turn turn)
    {
        if (turn.State.AreOffersUntold)
        {
            turn.Hit(Mark.OffersWait);
            Publish(turn);
        }

        var mustLook = Lost(turn) > turn.State.Offers.Seen && turn.IsPast(turn.State.LookAsked, turn.Timings.RenewEvery);
        if (mustLook || turn.IsPast(turn.State.LookAsked, turn.Settings.LookEvery))
        {
            if (mustLook)
            {
                turn.Hit(Mark.LooksAtOnce);
            }

            turn.State = turn.State with { LookAsked = turn.Now };
            turn.Do(new NodeEffect.Look(turn.State.View!.Revision, turn.Now));
        }
    }

    // Whoever wrote last wrote nothing after its lease had ended: since then no copy falls further behind.
    private static Offer Bounded(Turn turn, string name, Offer offer, Instant? askedAt)
    {
        if (askedAt is not { } asked || turn.State.Orphans.GetValueOrDefault(name) is not { } orphan || asked <= orphan.Since
            || turn.State.View?.Record.Service(name) is not { Owner: not null } service || service.Epoch != orphan.Epoch
            || Proofs.About(turn.State.View, service) is not { IsOk: true, Value.Kind: ProofKind.LeaseExpired })
        {
            return offer;
        }

        var waited = TimeSpan.FromTicks((asked.Nanoseconds - orphan.Since.Nanoseconds) / 100);
        return offer with { Age = offer.Age > waited ? offer.Age - waited : TimeSpan.Zero };
    }

    private static void Publish(Turn turn)
    {
        if (turn.Ask(new Wish.PublishOffers(turn.State.Offers)))
        {
            turn.State = turn.State with { AreOffersUntold = false };
        }
    }

    /// <summary>The revision at which the last writer was seen to be lost, or to write no more.</summary>
    private static long Lost(Turn turn) => turn.State.Orphans
        .Where(orphan => turn.State.View!.Record.Service(orphan.Key) is { Policy.HasCopies: true, Epoch.Value: > 0 })
        .Select(orphan => orphan.Value.LookedFrom).DefaultIfEmpty(-1).Max();
}
