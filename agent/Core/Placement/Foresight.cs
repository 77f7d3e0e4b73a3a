using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>What would happen if a node died now: the same rules, on a store in which its stay has ended.</summary>
/// <param name="canFence">Whether the power of a node can be cut.</param>
/// <param name="storeWithout">Why the store could decide nothing without a node; null: it could.</param>
public sealed class Foresight(Func<NodeId, bool> canFence, Func<NodeId, string?> storeWithout)
{
    /// <summary>The store as it would be after the lease of a node has ended.</summary>
    public static ClusterView Without(ClusterView view, NodeId node) => view with
    {
        Live = view.Live.Remove(node.Value),
        Present = view.Present.Remove(node.Value),
        Offers = view.Offers.Remove(node.Value),
        Ended = view.Ended.SetItem(node.Value, view.Revision),
    };

    /// <summary>True if the power of that node can be cut.</summary>
    public bool CanFence(NodeId node) => canFence(node);

    /// <summary>Why the store could decide nothing without that node; null: it could.</summary>
    public string? StoreWithout(NodeId node) => storeWithout(node);

    /// <summary>What would become of a service if its node died now; null if nobody has it.</summary>
    /// <param name="view">The store.</param>
    /// <param name="service">The service.</param>
    public Prospect? IfDead(ClusterView view, ServiceRecord service)
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
        var (isProven, text) = Proofs.About(then, service).IsOk ? (true, $"{next}, {loss}")
            : canFence(owner.Node) ? (true, $"{next} after {owner.Node} is switched off, {loss}")
            : (false, $"waits for 'nodeagent confirm-dead {owner.Node}', then {next}, {loss}");
        return storeWithout(owner.Node) is { } stuck
            ? new Prospect(name, next, choice.Loss, IsAutomatic: false, $"waits until the cluster store has a majority: {stuck}; then {text}")
            : new Prospect(name, next, choice.Loss, isProven, text);
    }
}
