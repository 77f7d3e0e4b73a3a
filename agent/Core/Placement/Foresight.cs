using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>What would happen if a node died now: the same rules, on a store in which its stay has ended.</summary>
public static class Foresight
{
    /// <summary>The store as it would be after the lease of a node has ended.</summary>
    public static ClusterView Without(ClusterView view, NodeId node) => view with
    {
        Live = view.Live.Remove(node.Value),
        Present = view.Present.Remove(node.Value),
        Offers = view.Offers.Remove(node.Value),
        Ended = view.Ended.SetItem(node.Value, view.Revision),
    };

    /// <summary>What would become of a service if its node died now; null if nobody has it.</summary>
    /// <param name="view">The store.</param>
    /// <param name="service">The service.</param>
    /// <param name="canFence">Whether the power of a node can be cut.</param>
    public static Prospect? IfDead(ClusterView view, ServiceRecord service, Func<NodeId, bool> canFence)
    {
        if (service.Owner is not { } owner || service.Wanted != WantedState.Running)
        {
            return null;
        }

        var name = service.Policy.Name;
        if (!view.Record.Arm.IsArmed)
        {
            return new Prospect(name, null, TimeSpan.Zero, IsAutomatic: false, "waits: takeovers are disarmed");
        }

        var then = Without(view, owner.Node);
        var choice = Placer.Choose(then, service);
        if (choice.Node is not { } next)
        {
            return new Prospect(name, null, TimeSpan.Zero, IsAutomatic: false, $"waits: {choice.Reason}");
        }

        var loss = choice.Loss == TimeSpan.Zero ? "nothing is lost" : FormattableString.Invariant($"at most {choice.Loss.TotalSeconds:0.#} s of writes are lost");
        var proof = Proofs.About(then, service);
        return proof.IsOk ? new Prospect(name, next, choice.Loss, IsAutomatic: true, $"{next}, {loss}")
            : canFence(owner.Node) ? new Prospect(name, next, choice.Loss, IsAutomatic: true, $"{next} after {owner.Node} is switched off, {loss}")
            : new Prospect(name, next, choice.Loss, IsAutomatic: false, $"waits for 'nodeagent confirm-dead {owner.Node}', then {next}, {loss}");
    }
}
