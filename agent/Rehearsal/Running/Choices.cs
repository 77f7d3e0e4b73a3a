using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Rehearsal.Running;

/// <summary>What a node wants is judged by what it had seen: nobody is harmed for nothing.</summary>
internal static class Choices
{
    private const string Apart = "keeps apart";

    public static void Look(World world, SimMachine machine, NodeDecision decision)
    {
        if (decision.Marks.Contains(Mark.FailsBack))
        {
            LookAtReturn(world, machine, decision.Next.View!);
        }

        foreach (var effect in decision.Effects)
        {
            if (effect is NodeEffect.Ask { Wish: Wish.PublishOffers told } && !world.Store.WasRestored)
            {
                LookAtOffers(world, machine, told.Offers);
            }

            if (decision.Next.View is { } view && effect is NodeEffect.Fence fence)
            {
                LookAtFence(world, view, fence);
            }
            else if (decision.Next.View is { } seen && effect is NodeEffect.Ask { Wish: Wish.Take take } && seen.Record.Service(take.Service) is { } service)
            {
                LookAtTake(world, seen, service, new NodeId(machine.Plan.Name));
            }
        }
    }

    /// <summary>Called as a node's power is about to be cut.</summary>
    public static void LookAtCut(World world, NodeEffect.Fence fence)
    {
        if (!world.Store.View.IsToBeCut(fence.Node, fence.Session))
        {
            world.Judge.Break("leaves alone who is back", $"the power of {fence.Node} is cut although it was heard since");
        }
    }

    // An epoch is stored before anything is written in it: only a store that was restored may know less.
    private static void LookAtOffers(World world, SimMachine machine, NodeOffers offers)
    {
        foreach (var (name, offer) in offers.OfService)
        {
            if (world.Store.View.Record.Service(name) is { } service && offer.Epoch > service.Epoch)
            {
                world.Judge.Break("the store knows every epoch", $"{machine.Plan.Name} offers {name} in epoch {offer.Epoch}, and the store knows {service.Epoch}");
            }
        }
    }

    private static void LookAtFence(World world, ClusterView view, NodeEffect.Fence fence)
    {
        var owned = view.Record.Services.Values.Where(service => service.Owner is { } owner && owner.Node == fence.Node && owner.Session == fence.Session);
        if (!owned.Any(service => Placer.Choose(view, service, fence.Node).Node is not null))
        {
            world.Judge.Break("cuts power only for a gain", $"the power of {fence.Node} is to be cut although no other node could go on with what it has");
        }
    }

    // What goes back does so by choice, and chooses by where others are: not while these move.
    private static void LookAtReturn(World world, SimMachine machine, ClusterView view)
    {
        var moving = view.Record.Services.Values.FirstOrDefault(service => view.IsHeld(service)
            ? service.Phase is ServicePhase.Placing or ServicePhase.Promoting or ServicePhase.Starting or ServicePhase.Stopping
            : service is { Owner: null, Wanted: WantedState.Running, KeptFor: { } kept } && view.IsLive(kept));
        if (moving is not null)
        {
            world.Judge.Break("goes back in calm", $"{machine.Plan.Name} lets a service go back while {moving.Policy.Name} is on its way");
        }
    }

    // Only where nothing else decides: nobody asked for a node, no neighbours, and copies that are worth the same.
    private static void LookAtTake(World world, ClusterView view, ServiceRecord service, NodeId self)
    {
        LookAtPlace(world, view, service, self);
        var policy = service.Policy;
        var isFree = service.KeptFor is null && service.Target is null && policy.With.IsEmpty && policy.Apart.IsEmpty
            && !view.Record.Services.Values.Any(other => other.Policy.Apart.Contains(policy.Name, StringComparer.Ordinal));
        if (!isFree || policy is { StorageExcludes: true, HasCopies: false } || view.Record.Member(self) is { IsAttested: true })
        {
            return;
        }

        var needsData = policy.HasCopies && service.Epoch != Epoch.None;
        var mine = view.OfferOf(self, policy.Name);
        foreach (var node in policy.Nodes.Where(node => IsFit(view, service, node)))
        {
            if (!needsData || (mine is { IsHead: false } && view.OfferOf(node, policy.Name) is { IsHead: false } theirs && theirs.CompareTo(mine) >= 0 && theirs.Age <= mine.Age))
            {
                world.Judge.Break("prefers a working watchdog", $"{self} takes {policy.Name} without a watchdog, and {node} has one and could have it");
            }
        }
    }

    // What an operator has ruled out, no failure makes right.
    private static void LookAtPlace(World world, ClusterView view, ServiceRecord service, NodeId self)
    {
        var policy = service.Policy;
        if (!policy.Nodes.Contains(self))
        {
            world.Judge.Break("runs only where it may", $"{self} takes {policy.Name}, which may run on {string.Join(", ", policy.Nodes)} only");
        }

        if (view.Record.Member(self) is { IsDrained: true })
        {
            world.Judge.Break("leaves drained nodes empty", $"{self} takes {policy.Name} although it is drained");
        }

        if (service.IsGivenUp)
        {
            world.Judge.Break("moves no more often than it may", $"{self} takes {policy.Name}, which failed {service.Failures} times and may move {policy.MoveLimit} times");
        }

        if (service.FailedOn.TryGetValue(self.Value, out var failure))
        {
            world.Judge.Break("is not tried where it failed", $"{self} takes {policy.Name}, which failed there: {failure}");
        }

        if (Neighbour(view, service, self) is { } other)
        {
            world.Judge.Break(Apart, $"{self} takes {policy.Name} although it has {other}");
        }
    }

    /// <summary>Called when a node has taken a service: what it had wanted may have changed meanwhile, but not who its neighbours are.</summary>
    public static void LookAtTaken(World world, string service, NodeId node)
    {
        var view = world.Store.View;
        if (Neighbour(view, view.Record.Service(service)!, node) is { } other)
        {
            world.Judge.Break(Apart, $"{node} has {service} and {other}");
        }
    }

    private static string? Neighbour(ClusterView view, ServiceRecord service, NodeId node) => view.Record.Services.Values
        .Where(other => other.Policy.Name != service.Policy.Name && other.Owner?.Node == node && view.IsHeld(other)
            && (service.Policy.Apart.Contains(other.Policy.Name, StringComparer.Ordinal) || other.Policy.Apart.Contains(service.Policy.Name, StringComparer.Ordinal)))
        .Select(other => other.Policy.Name).FirstOrDefault();

    private static bool IsFit(ClusterView view, ServiceRecord service, NodeId node) =>
        view.Record.Member(node) is { IsAttested: true, IsLeaving: false, IsDrained: false } member && view.IsLive(node, member.Session)
        && !view.IsDeclaredDead(node) && view.Offers.ContainsKey(node.Value) && !service.FailedOn.ContainsKey(node.Value);
}
