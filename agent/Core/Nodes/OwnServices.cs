using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>Brings the services that this node has to where they shall be.</summary>
internal static class OwnServices
{
    private static readonly TimeSpan PrepareAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopAgain = TimeSpan.FromSeconds(60);

    public static void Reconcile(Turn turn)
    {
        turn.State = turn.State.KnowsOwn ? turn.State : turn.State with { KnowsOwn = true };
        foreach (var name in turn.State.Services.Keys.Where(name => turn.Mine(name) is null).ToList())
        {
            // Its release is in the store, or an operator took the service out of management.
            turn.Hit(Mark.DropsService);
            turn.Drop(name);
        }

        foreach (var (name, record) in turn.State.View!.Record.Services)
        {
            if (!turn.Has(record))
            {
                continue;
            }

            var local = turn.State.Services.GetValueOrDefault(name);
            if (local is null || local.Epoch != record.Epoch)
            {
                local = new LocalService(record.Epoch, LocalPhase.Taken, turn.Now);
                turn.Set(name, local);
            }

            Advance(turn, name, record, local);
            Publish(turn, name, record, turn.State.Services[name]);
        }
    }

    /// <summary>Stops a service that is to go: with data in copies only after the copy that gets it was brought up to date.</summary>
    public static void Stop(Turn turn, string name, ServiceRecord record, LocalService local)
    {
        turn.Set(name, local with { Phase = LocalPhase.Stopping, Since = turn.Now });
        turn.Do(new NodeEffect.Stop(name, local.Epoch, record.Policy.StopLimit));
    }

    private static void Advance(Turn turn, string name, ServiceRecord record, LocalService local)
    {
        switch (local.Phase)
        {
            case LocalPhase.Taken when record.Wanted == WantedState.Stopped || turn.State.IsShuttingDown:
                // Not begun by this agent: one that it replaced may have left it running.
                turn.Hit(Mark.StopsUnbegun);
                Stop(turn, name, record, local with { KeptFor = null });
                break;
            case LocalPhase.Taken when turn is { MayWrite: true, IsNoted: true }:
                Promote(turn, name, local);
                break;
            case LocalPhase.Running when record.Wanted != WantedState.Unmanaged || turn.State.IsShuttingDown:
                if (Departure(turn, record, local) is { } leaving)
                {
                    Leave(turn, name, record, leaving);
                }
                else if (record.Failures > 0 && turn.IsPast(local.Since, ServiceResults.Settled))
                {
                    turn.Hit(Mark.ForgetsFailures);
                    turn.Ask(new Wish.Forgive(name, local.Epoch));
                }

                break;
            case LocalPhase.Stuck when turn.IsPast(local.Since, StopAgain):
                turn.Hit(Mark.StopsStuckAgain);
                Stop(turn, name, record, local);
                break;
            case LocalPhase.Closed:
                turn.Hit(Mark.LetsGo);
                turn.Ask(new Wish.Release(name, local.Epoch, local.Handed, local.Failure, local.KeptFor ?? (local.Failure is null ? local.Target : null), local.KeptFor is not null, local.Failure ?? local.Reason));
                break;
            default:
                break;
        }
    }

    private static void Promote(Turn turn, string name, LocalService local)
    {
        if (turn.State is { IsAttested: true, IsGuarded: false })
        {
            turn.Hit(Mark.ArmsGuardFirst);
            turn.Do(new NodeEffect.FeedUntil(turn.State.Lease.SentAt.Add(turn.Timings.GuardStop)));
            return;
        }

        turn.Hit(Mark.Promotes);
        turn.Set(name, local with { Phase = LocalPhase.Promoting, Since = turn.Now });
        turn.Do(new NodeEffect.Promote(name, local.Epoch, turn.State.Session));
    }

    private static void Leave(Turn turn, string name, ServiceRecord record, LocalService leaving)
    {
        if (leaving.Target is { } target && record.Policy.HasCopies)
        {
            turn.Hit(Mark.PreparesMove);
            turn.Set(name, leaving with { Phase = LocalPhase.Preparing, Since = turn.Now });
            turn.Do(new NodeEffect.Prepare(name, leaving.Epoch, target));
        }
        else
        {
            Stop(turn, name, record, leaving);
        }
    }

    /// <summary>The service with the reason to leave this node; null if it stays.</summary>
    private static LocalService? Departure(Turn turn, ServiceRecord record, LocalService local)
    {
        if (record.Wanted == WantedState.Stopped)
        {
            turn.Hit(Mark.StopsUnwanted);
            return local with { Target = null, KeptFor = null, Reason = "it shall not run" };
        }

        if (local.Attempts > 0 && !turn.IsPast(local.Since, PrepareAgain) && (Elsewhere(turn, record, local).Node is not { } other || local.Unready.ContainsKey(other.Value)))
        {
            return null;
        }

        if (turn.State.IsShuttingDown)
        {
            return ShuttingDown(turn, record, local);
        }

        var member = turn.State.View!.Record.Member(turn.Settings.Self);
        var target = Destination(turn, record, local, member?.IsDrained == true);
        return target is { } node ? local with { Target = node, KeptFor = null, Reason = local.Unsuited is { } why ? $"it moves to {node}: {why}" : $"it moves to {node}" } : null;
    }

    private static LocalService ShuttingDown(Turn turn, ServiceRecord record, LocalService local)
    {
        var self = turn.Settings.Self;
        var next = record is { Policy.OnNodeStop: NodeStopPolicy.Move, Wanted: WantedState.Running } && local.Attempts < 2
            ? Elsewhere(turn, record, local).Node : null;
        var kept = record.Policy.OnNodeStop == NodeStopPolicy.Freeze ? self : (NodeId?)null;
        turn.Hit(next is not null ? Mark.ShutdownMoves : kept is not null ? Mark.ShutdownKeeps : Mark.ShutdownStops);
        return local with { Target = next, KeptFor = kept, Reason = $"{self} is being shut down" };
    }

    private static NodeId? Destination(Turn turn, ServiceRecord record, LocalService local, bool isDrained)
    {
        var self = turn.Settings.Self;
        var isWaiting = false;
        if (record.Target is { } target && target != self)
        {
            var choice = Elsewhere(turn, record, local);
            if (choice.Node == target)
            {
                turn.Hit(Mark.MovesAsAsked);
                return target;
            }

            turn.Hit(Mark.CannotMoveAsAsked);
            isWaiting = true;
            turn.Wait(record.Policy.Name, $"it cannot move to {target}: {choice.Candidates.FirstOrDefault(candidate => candidate.Node == target)?.Objection ?? "it is not an allowed node"}");
        }

        if (isDrained || local.Unsuited is not null || Bonds.IsLeftBehind(turn.State.View!, record))
        {
            var choice = Elsewhere(turn, record, local);
            turn.Hit(choice.Node is null ? Mark.CannotLeave : isDrained ? Mark.MovesFromDrained : local.Unsuited is not null ? Mark.LeavesUnsuited : Mark.Follows);
            if (choice.Node is null)
            {
                turn.Wait(record.Policy.Name, $"it cannot leave {self}{(local.Unsuited is { } why ? $", where {why}" : "")}: {choice.Reason}");
            }

            return choice.Node;
        }

        return FailBack.Target(turn, record, local, isWaiting);
    }

    /// <summary>The best other node. One that could not be brought up to date is tried again if there is no other, or if it was asked for.</summary>
    private static Choice Elsewhere(Turn turn, ServiceRecord record, LocalService local)
    {
        var (view, self) = (turn.State.View!, turn.Settings.Self);
        var ready = local.Unready.IsEmpty || record.Target is not null ? null : Placer.ChooseForMove(view, record.Without(local.Unready), self);
        return ready is { Node: not null } ? ready : Placer.ChooseForMove(view, record, self);
    }

    // The store hears of what others wait for: that it runs, that it stops, that it is stuck.
    private static void Publish(Turn turn, string name, ServiceRecord record, LocalService local)
    {
        ServicePhase? phase = local.Phase switch
        {
            // What takes its time is told, so that nobody has to guess what it waits for.
            LocalPhase.Promoting when turn.IsPast(local.Since, turn.Timings.RenewEvery) => ServicePhase.Promoting,
            LocalPhase.Starting when turn.IsPast(local.Since, turn.Timings.RenewEvery) => ServicePhase.Starting,
            LocalPhase.Running or LocalPhase.Preparing => ServicePhase.Running,
            LocalPhase.Stopping or LocalPhase.Closing => ServicePhase.Stopping,
            LocalPhase.Stuck => ServicePhase.Error,
            _ => null,
        };
        if (phase is { } news && record.Phase != news)
        {
            turn.Ask(new Wish.Publish(name, local.Epoch, news, local.Failure ?? local.Reason));
        }
    }
}
