using NodeAgent.Core.Leases;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>This node's stay in the cluster: it begins with nothing running, and ends with nothing running.</summary>
internal static class SessionRules
{
    // A node that falls silent counts as heard for two seconds, and for two more if the store was away.
    private static readonly TimeSpan LongestEcho = TimeSpan.FromSeconds(5);

    public static void Take(Turn turn, NodeInput input)
    {
        switch (input)
        {
            case NodeInput.Joined joined when turn.State is { Session: 0, IsClean: true }:
                turn.State = turn.State with { Session = joined.Session, JoinAsked = null, Asked = turn.State.Asked.Clear() };
                Lease(turn, new LeaseInput.Renewed(joined.SentAt));
                break;
            case NodeInput.Renewed renewed when renewed.Session == turn.State.Session && turn.State.Session != 0:
                Lease(turn, new LeaseInput.Renewed(renewed.SentAt));
                break;
            case NodeInput.LeaseEnded ended when ended.Session == turn.State.Session && turn.State.Session != 0:
                End(turn);
                break;
            case NodeInput.AllReleased when turn.State.Session == 0:
                turn.State = turn.State with { IsClean = true };
                break;
            case NodeInput.AllReleased:
                Lease(turn, new LeaseInput.AllReleased());
                break;
            case NodeInput.ReleaseFailed failed when turn.State.Session == 0:
                turn.Do(new NodeEffect.Tell("unclean", turn.Settings.Self.Value, $"something runs from before and cannot be stopped: {failed.Why}"));
                break;
            case NodeInput.ReleaseFailed failed:
                Lease(turn, new LeaseInput.ReleaseFailed(failed.Why));
                break;
            default:
                break;
        }
    }

    public static void Reconcile(Turn turn)
    {
        Lease(turn, new LeaseInput.Ticked());
        var state = turn.State;
        if (state.Session == 0)
        {
            Begin(turn);
        }
        else if (state.Lease.Standing != LeaseStanding.Demoting && turn.IsPast(state.RenewAsked, turn.Timings.RenewEvery))
        {
            turn.State = state with { RenewAsked = turn.Now };
            turn.Do(new NodeEffect.Renew(state.Session));
            Adopt(turn);
        }
    }

    /// <summary>What the store has to know about this stay, and the guard about what is owned.</summary>
    public static void Settle(Turn turn)
    {
        var state = turn.State;
        var member = state.View!.Record.Member(turn.Settings.Self)!;
        if (member.Fence is { Done: { } done } fence && fence.Session == state.Session && state.OwnsAny)
        {
            turn.Hit(Mark.ResetsDeclaredDead);
            turn.Do(new NodeEffect.Reset($"this node was declared dead: {done.Detail}"));
            return;
        }

        // A watchdog counts as a proof only once it is fed for everything that is owned.
        if (member.IsAttested != state.IsAttested && (!state.IsAttested || !state.OwnsAny || state.IsGuarded))
        {
            turn.Hit(Mark.NotesWatchdog);
            turn.Ask(new Wish.NoteWatchdog(state.IsAttested));
        }

        if (state.IsShuttingDown && !member.IsLeaving)
        {
            turn.Hit(Mark.LeavesCluster);
            turn.Ask(new Wish.Leave());
        }
        else if (state.IsShuttingDown && IsIdle(turn))
        {
            turn.Hit(Mark.EndsStayAtShutdown);
            turn.Do(new NodeEffect.EndSession(state.Session));
            Leave(turn);
            return;
        }

        if (state.IsGuarded && IsIdle(turn))
        {
            turn.Hit(Mark.StandsDown);
            turn.State = state with { IsGuarded = false };
            turn.Do(new NodeEffect.StandDown());
        }
    }

    // A process that goes on with the stay of another first sees to it that nothing of that one comes late.
    private static void Adopt(Turn turn)
    {
        if (turn.State.View?.Record.Member(turn.Settings.Self) is { } member && member.Session == turn.State.Session && member.Run != turn.Settings.Run)
        {
            turn.Hit(Mark.AdoptsStay);
            turn.Ask(new Wish.Adopt(turn.Settings.Run));
        }
    }

    // An answer that was lost never comes: what the store made of the question was seen since, or is when it is looked at again.
    private static bool IsIdle(Turn turn) => !turn.State.OwnsAny && !turn.State.Asked.Any(asked =>
        asked.Key.StartsWith("service/", StringComparison.Ordinal) && !turn.IsPast(asked.Value.At, turn.Timings.Demote));

    private static void Begin(Turn turn)
    {
        if (!turn.State.IsClean)
        {
            if (turn.IsPast(turn.State.CleanAsked, turn.Timings.Demote))
            {
                turn.Hit(Mark.CleansUpFirst);
                turn.State = turn.State with { CleanAsked = turn.Now };
                turn.Do(new NodeEffect.ReleaseAll("nothing may run before this node has joined"));
            }
        }
        else if (turn.State is { IsShuttingDown: false, View: { } view } && !IsAnotherHere(turn, view) && turn.IsPast(turn.State.JoinAsked, turn.Timings.Demote) && !IsJoined(turn, view))
        {
            var last = view.Record.Member(turn.Settings.Self)?.Session ?? 0;
            turn.Hit(Mark.AsksToJoin);
            turn.State = turn.State with { JoinAsked = turn.Now };
            turn.Do(new NodeEffect.Join(new Wish.Join(turn.Settings.BootId, turn.State.IsAttested, last, turn.Settings.Run), turn.Timings.Lease));
        }
    }

    // Before its reboot this node was heard, too, but not for long. A machine that is heard for longer may be silent for a moment and write all
    // the same: this one waits until the lease of that stay has ended, and that or an operator proves that it writes no more.
    private static bool IsAnotherHere(Turn turn, Views.ClusterView view)
    {
        var self = turn.Settings.Self;
        if (!view.IsAnother(self, turn.Settings.BootId))
        {
            turn.State = turn.State.AnotherSince is null ? turn.State : turn.State with { AnotherSince = null };
            return turn.State.IsAnotherHere(self);
        }

        turn.State = turn.State.AnotherSince is null ? turn.State with { AnotherSince = turn.Now } : turn.State;
        if (turn.IsPast(turn.State.AnotherSince, LongestEcho) && view.Live.GetValueOrDefault(self.Value) is var stay && stay != turn.State.Another)
        {
            turn.Hit(Mark.FindsAnother);
            turn.State = turn.State with { Another = stay };
            turn.Do(new NodeEffect.Tell("another", self.Value, $"another machine is alive under the name {self}: this one waits until it is proven that that one writes no more; if it was only this one before it booted, 'nodeagent confirm-dead {self}' on another node says so"));
        }

        return true;
    }

    // The store has let this process in already, and the answer is late. Asked again, that question could come later still, and
    // end a stay in which something runs by then.
    private static bool IsJoined(Turn turn, Views.ClusterView view) =>
        view.Record.Member(turn.Settings.Self) is { } member && member.Run == turn.Settings.Run && member.Session != turn.State.Ended
        && view.IsLive(turn.Settings.Self, member.Session);

    private static void End(Turn turn)
    {
        turn.Hit(turn.State.OwnsAny ? Mark.StayEndsOwning : Mark.StayEndsIdle);
        if (turn.State.OwnsAny)
        {
            Lease(turn, new LeaseInput.Ended());
        }
        else
        {
            Leave(turn);
        }
    }

    private static void Leave(Turn turn)
    {
        turn.State = turn.State with
        {
            Lease = LocalLease.None, Session = 0, Ended = turn.State.Session, JoinAsked = null, IsClean = true, KnowsOwn = true, Services = turn.State.Services.Clear(), Asked = turn.State.Asked.Clear(),
        };
        if (turn.State.IsGuarded)
        {
            turn.State = turn.State with { IsGuarded = false };
            turn.Do(new NodeEffect.StandDown());
        }
    }

    private static void Lease(Turn turn, LeaseInput input)
    {
        var (next, effects) = turn.State.Lease.Step(turn.Timings, input, turn.Now);
        turn.State = turn.State with { Lease = next };
        foreach (var effect in effects)
        {
            Carry(turn, effect);
        }
    }

    // A node that owns nothing has nothing to freeze, and is never reset.
    private static void Carry(Turn turn, LeaseEffect effect)
    {
        var ownsAny = turn.State.OwnsAny;
        switch (effect)
        {
            case LeaseEffect.FeedUntil feed when ownsAny || turn.State.IsGuarded:
                turn.Do(new NodeEffect.FeedUntil(feed.Deadline));
                break;
            case LeaseEffect.FreezeServices freeze when ownsAny:
                turn.Hit(Mark.Freezes);
                turn.Do(new NodeEffect.Freeze(freeze.Reason));
                break;
            case LeaseEffect.ThawServices when ownsAny:
                turn.Hit(Mark.Thaws);
                turn.Do(new NodeEffect.Thaw());
                break;
            case LeaseEffect.ReleaseAll release when ownsAny:
                turn.Hit(Mark.ReleasesAll);
                turn.Do(new NodeEffect.ReleaseAll(release.Reason));
                break;
            case LeaseEffect.ReleaseAll:
                turn.Hit(Mark.LeaseEndsIdle);
                Leave(turn);
                break;
            case LeaseEffect.ResetNode reset when ownsAny:
                turn.Hit(Mark.ResetsAfterRelease);
                turn.Do(new NodeEffect.Reset(reset.Reason));
                break;
            case LeaseEffect.StandDown:
                turn.Hit(Mark.GivesStayBack);
                turn.Do(new NodeEffect.EndSession(turn.State.Session));
                Leave(turn);
                break;
            default:
                break;
        }
    }
}
