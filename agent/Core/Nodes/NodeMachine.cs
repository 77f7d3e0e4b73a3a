using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>
/// All decisions of a node. No node leads: each looks at the same store, comes to the same choice, and the store's
/// compare-and-swap lets one of them have it. Source: the design, "How a decision is made".
/// </summary>
public static class NodeMachine
{
    /// <summary>The next state, and what is to be done.</summary>
    /// <param name="settings">What the node is configured to.</param>
    /// <param name="state">What it knows.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">Its boot clock when the input is handled, never when it was made.</param>
    public static NodeDecision Step(NodeSettings settings, NodeState state, NodeInput input, Instant now)
    {
        var turn = new Turn(settings, state, now);
        Take(turn, input);
        SessionRules.Reconcile(turn);
        if (turn is { IsMember: true, State.Lease.Standing: LeaseStanding.Held or LeaseStanding.Frozen })
        {
            OwnServices.Reconcile(turn);
            FenceRules.Reconcile(turn);
            TakeRules.Reconcile(turn);
            OfferRules.Reconcile(turn);
            SessionRules.Settle(turn);
        }

        return new NodeDecision(turn.State, turn.Effects) { Marks = turn.Marks };
    }

    private static void Take(Turn turn, NodeInput input)
    {
        switch (input)
        {
            // Views may overtake each other on their way; an older one says nothing.
            case NodeInput.Seen seen when seen.View.Revision >= (turn.State.View?.Revision ?? 0):
                turn.State = turn.State with { View = seen.View, Asked = turn.State.Asked.RemoveRange(turn.State.Granted), Granted = turn.State.Granted.Clear() };
                break;
            case NodeInput.Answered answered:
                Answered(turn, answered);
                break;
            case NodeInput.GuardTold told:
                turn.State = turn.State with { IsAttested = told.IsAttested, IsGuarded = told.IsArmed };
                break;
            case NodeInput.ShutdownBegan:
                turn.State = turn.State with { IsShuttingDown = true };
                break;
            case NodeInput.Looked looked:
                OfferRules.Take(turn, looked);
                break;
            case NodeInput.FenceEnded ended:
                FenceRules.Take(turn, ended);
                break;
            default:
                SessionRules.Take(turn, input);
                ServiceResults.Take(turn, input);
                break;
        }
    }

    // Unknown may have happened: only the store's next state, or patience, ends the waiting.
    private static void Answered(Turn turn, NodeInput.Answered answered)
    {
        var subject = answered.Wish.Subject;
        turn.State = answered.Answer switch
        {
            // The change was seen before its answer came. If what was seen was another's, the store refuses what is asked twice.
            WishAnswer.Done when turn.State.Asked.TryGetValue(subject, out var question) && turn.State.View?.Revision > question.Revision
                && (answered.Wish is not Wish.Take take || turn.Mine(take.Service) is not null) => turn.State with { Asked = turn.State.Asked.Remove(subject) },
            WishAnswer.Done => turn.State with { Granted = turn.State.Granted.Add(subject) },
            WishAnswer.Refused => turn.State with { Asked = turn.State.Asked.Remove(subject) },
            _ => turn.State,
        };
    }
}
