using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>
/// What would happen if a node died now: the same rules, on a store in which its stay has ended, with copies as old as they may be by then.
/// Never better than what a takeover would find.
/// </summary>
/// <param name="timings">All spans.</param>
/// <param name="lookEvery">How often copies are looked at.</param>
/// <param name="canFence">Whether the power of a node can be cut.</param>
/// <param name="storeWithout">Why the store could decide nothing without a node; null: it could.</param>
public sealed class Foresight(Timings timings, TimeSpan lookEvery, Func<NodeId, bool> canFence, Func<NodeId, string?> storeWithout)
{
    private readonly TimeSpan grows = CopyAge.Grows(timings, lookEvery);

    /// <summary>True if the power of that node can be cut.</summary>
    public bool CanFence(NodeId node) => canFence(node);

    /// <summary>Why the store could decide nothing without that node; null: it could.</summary>
    public string? StoreWithout(NodeId node) => storeWithout(node);

    /// <summary>Where a service would go if its node died now.</summary>
    /// <param name="view">The store.</param>
    /// <param name="service">The service.</param>
    /// <param name="owner">Who has it.</param>
    public Choice Choose(ClusterView view, ServiceRecord service, NodeId owner) =>
        // What is lost already is weighed as it is: since then no copy falls further behind.
        Placer.Choose(Proofs.About(view, service).IsOk ? Without(view, owner) : Aged(Without(view, owner), service.Policy.Name), service, owner);

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

        var choice = Choose(view, service, owner.Node);
        if (choice.Node is not { } next)
        {
            return new Prospect(name, null, TimeSpan.Zero, IsAutomatic: false, $"waits: {choice.Reason}{Ageing(view, service, owner.Node)}");
        }

        var stuck = storeWithout(owner.Node);
        var (isAutomatic, within, text) = Proofs.About(view, service).IsOk ? (true, null, $"{next}, {Lost(choice.Loss)}")
            : Proofs.About(Without(view, owner.Node), service).IsOk
                ? stuck is null ? (true, timings.Lease, $"{next} in about {Seconds(timings.Lease)}, {Lost(choice.Loss)}") : (true, null, $"{next}, {LostIfSoon(choice.Loss)}")
            : canFence(owner.Node) ? (true, null, $"{next} after {owner.Node} is switched off, {LostIfSoon(choice.Loss)}")
            : (false, (TimeSpan?)null, $"waits for 'nodeagent confirm-dead {owner.Node}', then {next}, {LostIfSoon(choice.Loss)}{AcceptLater(service, choice.Loss)}");
        return stuck is null
            ? new Prospect(name, next, choice.Loss, isAutomatic, text) { Within = within }
            : new Prospect(name, next, choice.Loss, IsAutomatic: false, $"waits until the cluster store has a majority: {stuck}; then {text}");
    }

    /// <summary>The store as it would be after the lease of a node has ended.</summary>
    private static ClusterView Without(ClusterView view, NodeId node) => view with
    {
        Live = view.Live.Remove(node.Value),
        Present = view.Present.Remove(node.Value),
        Offers = view.Offers.Remove(node.Value),
        Ended = view.Ended.SetItem(node.Value, view.Revision),
    };

    // What the writer itself has, and what storage keeps in sync by itself, does not age.
    private ClusterView Aged(ClusterView view, string service) => view with
    {
        Offers = view.Offers.ToImmutableSortedDictionary(
            node => node.Key,
            node => node.Value.OfService.GetValueOrDefault(service) is { IsHead: false, IsInSync: false } offer
                ? node.Value with { OfService = node.Value.OfService.SetItem(service, offer with { Age = offer.Age + grows }) } : node.Value,
            StringComparer.Ordinal),
    };

    // A copy that is new enough as it is would be too old by then: nobody could see why.
    private string Ageing(ClusterView view, ServiceRecord service, NodeId owner) => Placer.Choose(Without(view, owner), service, owner).Node is null ? ""
        : $"; by then a copy may be {Seconds(grows)} older than when it was looked at: {owner} may write until its lease of {Seconds(timings.Lease)} has ended"
            + $"{(canFence(owner) ? ", if it is not switched off before" : "")}; then: nodeagent failover {service.Policy.Name} --accept-loss";

    private static string AcceptLater(ServiceRecord service, TimeSpan loss) => loss == TimeSpan.Zero || loss == Placer.Unknown ? ""
        : $"; if by then it is more than the allowed {Seconds(service.Policy.LossLimit)}: nodeagent failover {service.Policy.Name} --accept-loss";

    // As long as nothing ends the node it may write: only its lease is a span that is known.
    private string LostIfSoon(TimeSpan loss) => loss == TimeSpan.Zero || loss == Placer.Unknown ? Lost(loss) : $"{Lost(loss)} if that is within {Seconds(timings.Lease)}";

    private static string Lost(TimeSpan loss) => loss == TimeSpan.Zero ? "nothing is lost"
        : loss == Placer.Unknown ? "how much is lost cannot be told"
        : $"at most {Seconds(loss)} of writes are lost";

    private static string Seconds(TimeSpan span) => FormattableString.Invariant($"{span.TotalSeconds:0.#} s");
}
