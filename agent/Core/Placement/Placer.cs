using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Placement;

/// <summary>Chooses a node for a service. The same view gives the same answer on every node: no leader is needed.</summary>
public static class Placer
{
    /// <summary>Nobody can say how much is lost.</summary>
    public static readonly TimeSpan Unknown = TimeSpan.MaxValue;

    /// <summary>The best node: the newest data first, then the order of the policy, then the node that has least to do.</summary>
    /// <param name="view">The store.</param>
    /// <param name="service">The service; nobody must have it when the choice is carried out.</param>
    /// <param name="without">A node that is not to be chosen: the one that lets go.</param>
    public static Choice Choose(ClusterView view, ServiceRecord service, NodeId? without = null) => Choose(view, service, without, isMove: false);

    /// <summary>The best node for a service that runs: it is brought up to date before it gets it, so that any copy will do.</summary>
    public static Choice ChooseForMove(ClusterView view, ServiceRecord service, NodeId? without = null) => Choose(view, service, without, isMove: true);

    private static Choice Choose(ClusterView view, ServiceRecord service, NodeId? without, bool isMove)
    {
        if (StoreAge.Objection(view, service) is { } older)
        {
            return new Choice(null, TimeSpan.Zero, [.. service.Policy.Nodes.Select(node => new Candidate(node, "the store is older than the data", Unknown))]) { Because = () => older };
        }

        var bound = Bound(view, service);
        var kept = KeptFor(view, service, bound);
        var isKept = kept is null ? null : $"it is kept for {kept}";
        var candidates = service.Policy.Nodes
            .Select(node => Look(view, service, node, node == without ? "it lets go of it" : kept is not null && kept != node ? isKept : Absent(view, service, node, bound), isMove))
            .ToImmutableArray();
        var able = candidates.Where(candidate => candidate.Objection is null).ToList();
        if (able.Count == 0)
        {
            return new Choice(null, TimeSpan.Zero, candidates) { Because = () => Why(candidates, without) };
        }

        // At last where it was let go of, and else the first of the policy's order, in which they are looked at.
        var best = able
            .OrderByDescending(candidate => candidate.Node == service.Target)
            .ThenByDescending(candidate => service.Policy.HasCopies && !isMove ? view.OfferOf(candidate.Node, service.Policy.Name) : null)
            .ThenBy(candidate => LacksWatchdog(view, service, candidate.Node))
            .ThenBy(candidate => Together(view, service, candidate.Node, isMove))
            .ThenBy(candidate => service.Policy.Spreads ? Load(view, service, candidate.Node) : 0)
            .ThenByDescending(candidate => StaysOn(service) == candidate.Node)
            .First();
        return new Choice(best.Node, best.Loss, candidates) { Because = () => Reason(view, service, best, candidates) };
    }

    /// <summary>
    /// The node that let go of it in order: stopped and started, it stays there, if it does not go back to the best one anyway. Only convenience:
    /// whoever takes it needs the same proof. A node that was lost, or where it failed, is not preferred.
    /// </summary>
    private static NodeId? StaysOn(ServiceRecord service) =>
        service is { Owner: null, Policy.FailsBack: false, Last: { } last } && !service.FailedBefore.ContainsKey(last.Value) ? last : null;

    // What follows it comes along, and weighs nothing.
    private static int Load(ClusterView view, ServiceRecord service, NodeId node) => view.Record.Services.Values.Count(other =>
        other.Owner?.Node == node && other.Policy.Name != service.Policy.Name && !other.Policy.With.Contains(service.Policy.Name, StringComparer.Ordinal));

    /// <summary>
    /// True if a silent node could be taken for dead only once its power is cut or a person has looked: nothing on it ends by itself.
    /// Where the storage refuses an old writer that does not matter.
    /// </summary>
    private static bool LacksWatchdog(ClusterView view, ServiceRecord service, NodeId node) =>
        service.Policy is not { StorageExcludes: true, HasCopies: false } && view.Record.Member(node) is not { IsAttested: true };

    private static Candidate Look(ClusterView view, ServiceRecord service, NodeId node, string? objection, bool isMove)
    {
        return objection is not null || !service.Policy.HasCopies || isMove
            ? new Candidate(node, objection, TimeSpan.Zero)
            : Weigh(view, service, node);
    }

    // A move in progress waits for its target as long as that can still have it.
    private static NodeId? KeptFor(ClusterView view, ServiceRecord service, List<(ServiceRecord Other, bool IsApart)> bound) =>
        service.KeptFor is { } kept && (service.IsKeptFirmly || Absent(view, service, kept, bound) is null) ? kept : null;

    private static string? Absent(ClusterView view, ServiceRecord service, NodeId node, List<(ServiceRecord Other, bool IsApart)> bound)
    {
        var member = view.Record.Member(node);
        return member is null || !view.IsLive(node, member.Session) ? "it is not here"
            : view.IsDeclaredDead(node) ? "it was declared dead"
            : member.IsLeaving ? "it is being shut down"
            : member.IsDrained ? "it is drained"
            : !view.Offers.ContainsKey(node.Value) ? "it has not looked at its copies yet"
            : service.FailedOn.GetValueOrDefault(node.Value) is { } failure ? $"it failed there: {failure}"
            : Neighbours(bound, node);
    }

    /// <summary>Which service that runs keeps this one from a node; null if none does. What is lost binds nobody.</summary>
    public static string? Neighbours(ClusterView view, ServiceRecord service, NodeId node) => Neighbours(Bound(view, service), node);

    private static string? Neighbours(List<(ServiceRecord Other, bool IsApart)> bound, NodeId node)
    {
        foreach (var (other, isApart) in bound)
        {
            var isHere = other.Owner!.Node == node;
            if (isApart == isHere)
            {
                return isHere ? $"{other.Policy.Name} is there, and must be apart" : $"{other.Policy.Name} is on {other.Owner.Node}, and must be together";
            }
        }

        return null;
    }

    /// <summary>The services that run and must be apart from this one, or together with it.</summary>
    private static List<(ServiceRecord Other, bool IsApart)> Bound(ClusterView view, ServiceRecord service)
    {
        var bonds = Bonds.Of(view, service);
        var found = new List<(ServiceRecord Other, bool IsApart)>();
        foreach (var other in view.Record.Services.Values)
        {
            var isApart = Names(service.Policy.Apart, other) || Names(other.Policy.Apart, service);
            var isTogether = Names(bonds, other);
            if ((isApart || isTogether) && other.Policy.Name != service.Policy.Name && view.IsHeld(other))
            {
                found.AddRange(isApart ? [(other, true)] : []);
                found.AddRange(isTogether ? [(other, false)] : []);
            }
        }

        return found;
    }

    private static bool Names(ImmutableArray<string> names, ServiceRecord service) =>
        !names.IsEmpty && names.Contains(service.Policy.Name, StringComparer.Ordinal);

    // The promise is about data: without a copy there is nothing to run on.
    private static Candidate Weigh(ClusterView view, ServiceRecord service, NodeId node)
    {
        if (service.Epoch == Epoch.None && !StoreAge.IsOlder(view, service))
        {
            return new Candidate(node, null, TimeSpan.Zero);
        }

        if (view.OfferOf(node, service.Policy.Name) is not { } offer)
        {
            return new Candidate(node, "it holds no whole copy", TimeSpan.Zero);
        }

        // Accepted by an operator, or nobody would be looked at. What the record says of the last writer means nothing any more.
        if (StoreAge.IsOlder(view, service))
        {
            return new Candidate(node, null, Unknown);
        }

        var isAccepted = service.LossAccepted == service.Epoch;
        var isHead = offer.IsHead;
        if (service.Handed is { } handed)
        {
            return offer.CompareTo(handed) >= 0 ? new Candidate(node, null, TimeSpan.Zero)
                : new Candidate(node, isAccepted ? null : $"its copy ends before what {service.Last} let go of", isHead ? Unknown : offer.Age);
        }

        if (isHead)
        {
            return node == service.Last && offer.Epoch >= service.LastSince ? new Candidate(node, null, TimeSpan.Zero)
                : new Candidate(node, isAccepted ? null : $"what it wrote ends in epoch {offer.Epoch}, and was not brought up to date since", Unknown);
        }

        // The writer may have written until it was reset: all of the copy's age counts.
        return new Candidate(
            node,
            offer.Age <= service.Policy.LossLimit || isAccepted ? null
                : FormattableString.Invariant($"more than the allowed {service.Policy.LossLimit.TotalSeconds:0.#} s of writes would be lost"),
            offer.Age);
    }

    // Whoever leads and moves is not held back by those that come along.
    private static int Together(ClusterView view, ServiceRecord service, NodeId node, bool isMove)
    {
        IReadOnlyList<string> with = isMove ? Bonds.Of(view, service) : service.Policy.With;
        return with.Count == 0 ? 0 : -view.Record.Services.Values.Count(other => other.Owner?.Node == node && with.Contains(other.Policy.Name, StringComparer.Ordinal));
    }

    private static string Reason(ClusterView view, ServiceRecord service, Candidate best, ImmutableArray<Candidate> candidates)
    {
        var isWatched = !LacksWatchdog(view, service, best.Node);
        var refused = candidates.TakeWhile(candidate => candidate != best)
            .Where(candidate => isWatched && candidate.Objection is null && LacksWatchdog(view, service, candidate.Node))
            .Select(candidate => $"{candidate.Node}: it has no attested watchdog")
            .Concat(candidates.Where(candidate => candidate.Objection is not null).Select(candidate => $"{candidate.Node}: {candidate.Objection}")).ToList();
        var place = service.Policy.Nodes.IndexOf(best.Node) + 1;
        var why = best.Node == service.Target ? $"{best.Node} was asked for"
            : !service.Policy.HasCopies && best.Node == StaysOn(service) && best != candidates.First(candidate => candidate.Objection is null) ? $"{best.Node} had it last"
            : $"{best.Node} is number {place} of {service.Policy.Nodes.Length} and has the newest data";
        return refused.Count == 0 ? why : $"{why}; not {string.Join("; not ", refused)}";
    }

    private static string Why(ImmutableArray<Candidate> candidates, NodeId? without) => candidates.All(candidate => candidate.Node == without)
        ? without is null ? "no node is allowed" : "no other node is allowed"
        : string.Join("; ", candidates.Where(candidate => candidate.Node != without).Select(candidate => $"{candidate.Node}: {candidate.Objection}"));
}
