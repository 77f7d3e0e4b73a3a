using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Nodes;

/// <summary>What follows when something that was done to a service has ended.</summary>
internal static class ServiceResults
{
    /// <summary>Whoever ran so long has nothing to do with the failures before.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    public static void Take(Turn turn, NodeInput input)
    {
        // While everything is let go of, no result changes what has to be let go of.
        if (turn.State.Lease.Standing == LeaseStanding.Demoting)
        {
            return;
        }

        switch (input)
        {
            case NodeInput.Promoted ended when At(turn, ended.Service, ended.Epoch, LocalPhase.Promoting) is { } local:
                Promoted(turn, ended, local);
                break;
            case NodeInput.Started ended when At(turn, ended.Service, ended.Epoch, LocalPhase.Starting) is { } local:
                Started(turn, ended, local);
                break;
            case NodeInput.Failed failed when At(turn, failed.Service, failed.Epoch, LocalPhase.Running) is { } local:
                Again(turn, failed.Service, turn.IsPast(local.Since, Settled) ? local with { Restarts = 0 } : local, failed.Why, failed.IsHopelessHere);
                break;
            case NodeInput.Unsuited told when At(turn, told.Service, told.Epoch, LocalPhase.Running) is { } local:
                turn.Set(told.Service, local with { Unsuited = told.Why });
                break;
            case NodeInput.Prepared ended when At(turn, ended.Service, ended.Epoch, LocalPhase.Preparing) is { } local:
                Prepared(turn, ended, local);
                break;
            case NodeInput.Stopped ended when At(turn, ended.Service, ended.Epoch, LocalPhase.Stopping) is { } local:
                Stopped(turn, ended, local);
                break;
            case NodeInput.Closed ended when At(turn, ended.Service, ended.Epoch, LocalPhase.Closing) is { } local:
                Closed(turn, ended, local);
                break;
            default:
                break;
        }
    }

    private static LocalService? At(Turn turn, string name, Epoch epoch, LocalPhase phase) =>
        turn.State.Services.GetValueOrDefault(name) is { } local && local.Epoch == epoch && local.Phase == phase ? local : null;

    private static void Promoted(Turn turn, NodeInput.Promoted ended, LocalService local)
    {
        if (ended.Failure is { } failure)
        {
            turn.Hit(Mark.PromoteFailed);
            Unopened(turn, ended.Service, local with { Failure = ended.IsEarly ? null : failure, Target = null, Reason = failure });
        }
        else
        {
            Start(turn, ended.Service, local);
        }
    }

    // An agent that was replaced may have left it running: what is not seen to be stopped is not let go of.
    private static void Unopened(Turn turn, string name, LocalService local)
    {
        if (turn.Mine(name) is { } record)
        {
            OwnServices.Stop(turn, name, record, local);
        }
        else
        {
            GiveUp(turn, name, local);
        }
    }

    private static void Start(Turn turn, string name, LocalService local)
    {
        turn.Set(name, local with { Phase = LocalPhase.Starting, Since = turn.Now, IsRestart = false });
        turn.Do(new NodeEffect.Start(name, local.Epoch, turn.State.Session));
    }

    private static void Started(Turn turn, NodeInput.Started ended, LocalService local)
    {
        if (ended.Failure is { } failure)
        {
            Again(turn, ended.Service, local, failure);
        }
        else
        {
            turn.Set(ended.Service, local with { Phase = LocalPhase.Running, Since = turn.Now, Failure = null, Reason = "" });
            turn.Do(new NodeEffect.Tell("runs", ended.Service, $"on {turn.Settings.Self} in epoch {local.Epoch}"));
        }
    }

    private static void Again(Turn turn, string name, LocalService local, string why, bool isHopelessHere = false)
    {
        if (turn.Mine(name) is not { } record)
        {
            return;
        }

        var isRestart = !isHopelessHere && local.Restarts < record.Policy.RestartLimit;
        var failed = isRestart
            ? local with { Restarts = local.Restarts + 1, IsRestart = true, Reason = why }
            : local with { Failure = why, IsRestart = false, Target = null, Reason = why };
        turn.Hit(isRestart ? Mark.RestartsHere : Mark.GivesUpHere);
        turn.Do(new NodeEffect.Tell("failed", name, why));
        OwnServices.Stop(turn, name, record, failed);
    }

    private static void Prepared(Turn turn, NodeInput.Prepared ended, LocalService local)
    {
        if (turn.Mine(ended.Service) is not { } record)
        {
            return;
        }

        if (ended.Failure is { } failure)
        {
            turn.Hit(Mark.PrepareFailed);
            turn.Set(ended.Service, local with { Phase = LocalPhase.Running, Since = turn.Now, Attempts = local.Attempts + 1, Unready = Unready(local, failure) });
            turn.Wait(ended.Service, $"it cannot move to {local.Target}: {failure}");
        }
        else
        {
            OwnServices.Stop(turn, ended.Service, record, local);
        }
    }

    private static void Stopped(Turn turn, NodeInput.Stopped ended, LocalService local)
    {
        if (ended.Failure is { } failure)
        {
            Stuck(turn, ended.Service, local, failure);
        }
        else if (local.IsRestart)
        {
            Start(turn, ended.Service, local);
        }
        else
        {
            GiveUp(turn, ended.Service, local);
        }
    }

    private static void GiveUp(Turn turn, string name, LocalService local)
    {
        turn.Set(name, local with { Phase = LocalPhase.Closing, Since = turn.Now });
        turn.Do(new NodeEffect.Close(name, local.Epoch, local.Failure is null ? local.Target : null));
    }

    private static void Closed(Turn turn, NodeInput.Closed ended, LocalService local)
    {
        if (ended.Failure is not { } failure)
        {
            turn.Set(ended.Service, local with { Phase = LocalPhase.Closed, Since = turn.Now, Handed = ended.Handed });
        }
        else if (local is { Target: not null, Failure: null } && turn.MayWrite)
        {
            // The other node did not get what was written last: it goes on here, and nothing is lost.
            turn.Hit(Mark.GoesOnAfterFailedMove);
            turn.Set(ended.Service, local with { Phase = LocalPhase.Taken, Since = turn.Now, Attempts = local.Attempts + 1, Unready = Unready(local, failure), Target = null });
            turn.Wait(ended.Service, $"it could not move to {local.Target}: {failure}");
        }
        else
        {
            Stuck(turn, ended.Service, local, failure);
        }
    }

    private static ImmutableSortedDictionary<string, string> Unready(LocalService local, string why) =>
        local.Target is { } target ? local.Unready.SetItem(target.Value, why) : local.Unready;

    // What would not stop may still write. If somebody else could run it, this node is reset: that is a proof. After a reset no
    // copy is brought up to date any more: one that is too old now would wait for an operator, and all else here had ended for nothing.
    private static void Stuck(Turn turn, string name, LocalService local, string why)
    {
        var record = turn.Mine(name);
        var isWanted = record is { Wanted: WantedState.Running } && Placer.Choose(turn.State.View!, record, turn.Settings.Self).Node is not null;
        turn.Set(name, local with { Phase = LocalPhase.Stuck, Since = turn.Now, Failure = why });
        turn.Hit(isWanted || turn.State.IsShuttingDown ? Mark.StuckResets : Mark.StuckWaits);
        turn.Do(isWanted || turn.State.IsShuttingDown
            ? new NodeEffect.Reset($"service {name} could not be let go of: {why}")
            : new NodeEffect.Tell("stuck", name, $"{why}. Stop it by hand, then 'nodeagent service reset {name}'."));
    }
}
