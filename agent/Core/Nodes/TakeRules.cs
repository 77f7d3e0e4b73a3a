using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>Takes services that nobody has any more, if this node is the best for them.</summary>
internal static class TakeRules
{
    public static void Reconcile(Turn turn)
    {
        var view = turn.State.View!;
        foreach (var (name, service) in view.Record.Services)
        {
            if (service.Wanted != WantedState.Running || (view.IsHeld(service) && !view.IsDeclaredDead(service.Owner!.Node)))
            {
                Forget(turn, name, service);
                continue;
            }

            if (turn.State.Orphans.GetValueOrDefault(name)?.Epoch != service.Epoch)
            {
                turn.State = turn.State with { Orphans = turn.State.Orphans.SetItem(name, new Orphan(turn.Now, view.Revision, service.Epoch)) };
            }

            view = Consider(turn, view, name, service);
        }
    }

    // Why this node's own service stays where it is was told by whoever looks after it.
    private static void Forget(Turn turn, string name, ServiceRecord service)
    {
        var isTold = turn.State.Waits.ContainsKey(name) && !turn.Has(service);
        if (isTold || turn.State.Orphans.ContainsKey(name))
        {
            turn.State = turn.State with { Orphans = turn.State.Orphans.Remove(name), Waits = isTold ? turn.State.Waits.Remove(name) : turn.State.Waits };
        }
    }

    /// <summary>The view in which the service is where it will be: what comes after it is placed beside it or apart.</summary>
    private static ClusterView Consider(Turn turn, ClusterView view, string name, ServiceRecord service)
    {
        // Who had it takes nothing over: what ran goes on, also after its node had to let go or was reset.
        if (service.Owner is { } owner && owner.Node != turn.Settings.Self && !view.Record.Arm.IsArmed)
        {
            turn.Hit(Mark.WaitsDisarmed);
            turn.Wait(name, $"takeovers are disarmed: {view.Record.Arm.Reason}");
            return view;
        }

        var proof = Proofs.About(view, service);
        if (!proof.IsOk)
        {
            turn.Hit(Mark.WaitsForProof);
            turn.Wait(name, $"{proof.Fault.Why}. {proof.Fault.NextStep}");
            return view;
        }

        Prove(turn, view, name);
        if (service.IsGivenUp)
        {
            turn.Hit(Mark.WaitsGivenUp);
            turn.Wait(name, $"it failed {(service.Failures == 1 ? "once" : $"{service.Failures} times")}, last on {service.Last}: {service.Reason}. Look at 'nodeagent explain {name}', then 'nodeagent service reset {name}'.");
            return view;
        }

        var choice = Placer.Choose(view, service);
        if (choice.Node is not { } node)
        {
            WaitForNode(turn, name, service, choice);
            return view;
        }

        if (node == turn.Settings.Self && turn is { MayWrite: true, IsNoted: true } && !turn.State.IsShuttingDown && IsWeighed(turn, view, name, service, choice))
        {
            Take(turn, name, service, choice);
        }

        return view with
        {
            Record = view.Record.With(service with { Owner = new Tenure(node, view.Live.GetValueOrDefault(node.Value), "", service.Epoch, proof.Value) }),
        };
    }

    private static void Prove(Turn turn, ClusterView view, string name)
    {
        if (turn.State.Orphans[name] is { Proved: null } orphan)
        {
            turn.State = turn.State with { Orphans = turn.State.Orphans.SetItem(name, orphan with { Proved = view.Revision }) };
        }
    }

    private static void Take(Turn turn, string name, ServiceRecord service, Choice choice)
    {
        Arm(turn);
        if (turn.Ask(new Wish.Take(name, service.Epoch, choice.Loss)))
        {
            turn.Hit(Mark.Takes);
            turn.Do(new NodeEffect.Tell("takes", name, $"{choice.Reason}; {Stated(choice.Loss)}"));
        }
    }

    private static void WaitForNode(Turn turn, string name, ServiceRecord service, Choice choice)
    {
        turn.Hit(Mark.WaitsForNode);
        // Copies that were just brought up to date are not looked at yet: that is no reason to wait.
        if (turn.IsPast(turn.State.Orphans[name].Since, turn.Timings.Demote / 4))
        {
            var isForgiven = !service.FailedOn.IsEmpty && service.Owner is null;
            turn.Wait(name, isForgiven ? FormattableString.Invariant($"{choice.Reason}; where it failed it is tried again after {turn.Settings.ForgiveAfter.TotalSeconds:0.#} s") : choice.Reason);
        }

        Forgive(turn, name, service);
    }

    /// <summary>Whether every copy was looked at after the writer was lost. A node that does not answer is not waited for long.</summary>
    private static bool IsWeighed(Turn turn, ClusterView view, string name, ServiceRecord service, Choice choice)
    {
        var self = turn.Settings.Self;
        // What was let go of in order is compared exactly: only a node that comes first is waited for.
        var isHanded = service.Owner is null && choice.Loss == TimeSpan.Zero;
        var isNew = service.Epoch == Epoch.None && !StoreAge.IsOlder(view, service);
        if (!service.Policy.HasCopies || isNew || (isHanded && (service.KeptFor == self || service.Target == self)))
        {
            return true;
        }

        var orphan = turn.State.Orphans[name];
        var lost = service.Owner is { } owner ? view.Ended.GetValueOrDefault(owner.Node.Value, orphan.Revision) : orphan.Revision;
        // Whoever was declared dead looks at nothing any more, though its lease may last.
        var others = service.Policy.Nodes.Where(node => view.IsLive(node) && !view.IsDeclaredDead(node));
        others = isHanded && !service.Policy.Spreads ? others.TakeWhile(node => node != self) : others.Where(node => node != self);
        if ((isHanded || SeenBy(view, self.Value) >= orphan.LookedFrom)
            && (others.All(node => SeenBy(view, node.Value) >= lost) || turn.IsPast(orphan.Since, turn.Timings.Demote / 4)))
        {
            return true;
        }

        turn.Hit(Mark.WaitsForLooks);
        return false;
    }

    private static string Stated(TimeSpan loss) => loss == Placer.Unknown ? "nobody can say how much is lost; an operator accepted that"
        : loss == TimeSpan.Zero ? "nothing is lost"
        : FormattableString.Invariant($"at most {loss.TotalSeconds:0.#} s of writes are lost");

    private static long SeenBy(ClusterView view, string node) => view.Offers.GetValueOrDefault(node)?.Seen ?? -1;

    // The guard counts before anything is owned: a node without a counted deadline must not write.
    private static void Arm(Turn turn)
    {
        if (turn.State is { IsAttested: true, IsGuarded: false })
        {
            turn.Do(new NodeEffect.FeedUntil(turn.State.Lease.SentAt.Add(turn.Timings.GuardStop)));
        }
    }

    private static void Forgive(Turn turn, string name, ServiceRecord service)
    {
        if (!service.FailedOn.IsEmpty && service.Owner is null && turn.IsPast(turn.State.Orphans[name].Since, turn.Settings.ForgiveAfter))
        {
            turn.Hit(Mark.Forgives);
            turn.State = turn.State with { Orphans = turn.State.Orphans.SetItem(name, turn.State.Orphans[name] with { Since = turn.Now }) };
            turn.Ask(new Wish.Forgive(name, service.Epoch));
        }
    }
}
