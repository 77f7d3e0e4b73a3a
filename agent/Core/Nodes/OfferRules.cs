using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>What this node's copies are worth: looked at now and then, and at once when a writer is lost.</summary>
internal static class OfferRules
{
    public static void Take(Turn turn, NodeOffers offers)
    {
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
            turn.Do(new NodeEffect.Look(turn.State.View!.Revision));
        }
    }

    private static void Publish(Turn turn)
    {
        if (turn.Ask(new Wish.PublishOffers(turn.State.Offers)))
        {
            turn.State = turn.State with { AreOffersUntold = false };
        }
    }

    /// <summary>The revision at which the last writer was seen to be lost.</summary>
    private static long Lost(Turn turn) => turn.State.Orphans
        .Where(orphan => turn.State.View!.Record.Service(orphan.Key) is { Policy.HasCopies: true, Epoch.Value: > 0 })
        .Select(orphan => orphan.Value.Revision).DefaultIfEmpty(-1).Max();
}
