using System.Globalization;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Says why services and nodes are as they are, from the store and from what this node knows.</summary>
internal sealed class Explanations(NodeSettings settings, ServiceMonitor monitor)
{
    /// <summary>A service on one line.</summary>
    public ServiceLine Line(ClusterView view, ServiceRecord service, string? waits)
    {
        var prospect = settings.Foresight.IfDead(view, service);
        return new ServiceLine(
            service.Policy.Name, Word(Standings.Of(view, service)), Word(service.Wanted), service.Owner?.Node, service.Epoch,
            prospect?.Text, prospect?.IsAutomatic ?? false, waits ?? service.Reason)
        {
            LossSeconds = prospect is { Next: not null } && prospect.Loss != Placer.Unknown ? Math.Round(prospect.Loss.TotalSeconds, 1) : null,
            TakenWithinSeconds = prospect?.Within?.TotalSeconds,
        };
    }

    /// <summary>All about a service.</summary>
    public ExplainReport Service(NodeState state, ClusterView view, ServiceRecord service)
    {
        var name = service.Policy.Name;
        var lines = new List<ExplainLine>
        {
            new("state", $"{Word(Standings.Of(view, service))}{(service.Reason.Length > 0 ? $": {service.Reason}" : "")}"),
            new("wanted", service.Target is { } target ? $"{Word(service.Wanted)}, on {target}" : Word(service.Wanted)),
            new("owner", service.Owner is { } owner
                ? $"{owner.Node} in epoch {owner.Epoch}, {(view.IsHeld(service) ? "its lease is held" : "its lease has ended")}; proof: {owner.Proof.Kind}, {owner.Proof.Detail}"
                : $"nobody; the last was {service.Last?.Value ?? "none"} in epoch {service.Epoch}"),
        };
        if (state.Waits.GetValueOrDefault(name) is { } waits)
        {
            lines.Add(new("waits", waits));
        }

        if (view.IsHeld(service) && StoreAge.IsOlder(view, service))
        {
            lines.Add(new("doubted", Doubted(view, service)));
        }

        if (service.Settled is { } settled)
        {
            lines.Add(new("settled", $"an operator accepted in epoch {settled.Epoch} what a restored store had forgotten: nodes that come back knowing only earlier ones become copies"));
        }

        if (settings.Foresight.IfDead(view, service) is { } prospect)
        {
            lines.Add(new("if its node dies", prospect.Text));
        }

        if (AcceptingLoss(view, service) is { } accepted)
        {
            lines.Add(new("with --accept-loss", accepted));
        }

        if (service.Handed is { } handed)
        {
            lines.Add(new("let go with", $"{Position(handed)}: whoever comes next must hold it"));
        }

        var candidates = Placer.Choose(view, service).Candidates;
        var isWatched = candidates.Any(candidate => view.Record.Member(candidate.Node) is { IsAttested: true });
        lines.AddRange(candidates.Select(candidate => new ExplainLine(
            candidate.Node.Value,
            $"{candidate.Objection ?? (isWatched && view.Record.Member(candidate.Node) is { IsAttested: false } ? "could have it, after those with an attested watchdog" : "could have it")}{(view.OfferOf(candidate.Node, name) is { } offer ? $"; its copy: {Position(offer)}, at most {Seconds(offer.Age)} old when it was looked at" : "")}")));
        foreach (var (sight, number) in (monitor.LastSights(name) ?? []).Select((sight, number) => (sight, number)))
        {
            lines.Add(new($"part {number + 1}", $"{sight.Condition}: {sight.Reason}"));
        }

        return new ExplainReport(name, lines);
    }

    /// <summary>What became of a service that was taken over, with what that lost.</summary>
    public static string Taken(ServiceRecord service) =>
        $"service {service.Policy.Name} runs on {service.Owner?.Node.Value ?? "no node"} in epoch {service.Epoch}; {Lost(service.Loss, "was lost", "were lost")}";

    /// <summary>Why a service that runs is doubted, and how that ends.</summary>
    public static string Doubted(ClusterView view, ServiceRecord service) =>
        $"{StoreAge.What(view, service)}; was the store restored from a backup? It runs on, and nobody takes it over by itself. See that every node that has its data is here, then "
            + $"'nodeagent service stop {service.Policy.Name}', 'nodeagent failover {service.Policy.Name} --accept-loss --to NODE', the node whose data is to count, and 'nodeagent service start {service.Policy.Name}'";

    /// <summary>All about a service that the store does not know, and that nodes remember.</summary>
    public static ExplainReport Remembered(ClusterView view, string service)
    {
        var nodes = view.Offers.Where(node => node.Value.Known.ContainsKey(service)).Select(node => node.Key).DefaultIfEmpty("nodes");
        return new ExplainReport(service, [new("state",
            $"the cluster store does not know it, and {string.Join(" and ", nodes)} saw it there up to epoch {StoreAge.Newest(view, service)}; was the store restored from a backup? "
                + $"It becomes known again once it is configured on its writer. If it is no more: nodeagent service forget {service}")]);
    }

    /// <summary>What would be lost if an operator accepted it; null if nothing waits for that.</summary>
    public static string? AcceptingLoss(ClusterView view, ServiceRecord service) =>
        !view.IsHeld(service) && service.Wanted == WantedState.Running && Placer.Choose(view, service).Node is null
        && Placer.Choose(view, StoreAge.Accept(view, service)) is { Node: { } node, Loss: var loss }
            ? $"{node} would have it, and {Lost(loss, "is lost", "are lost")}" : null;

    /// <summary>All about a node.</summary>
    public ExplainReport Node(NodeState state, ClusterView view, MemberRecord member)
    {
        var name = member.Node;
        var lines = new List<ExplainLine>
        {
            new("state", StateOf(view, member)),
            new("watchdog", member.IsAttested ? "attested: the end of its lease proves that it writes no more" : "none attested: the end of its lease proves nothing"),
            new("power", settings.CanFence(name) ? "can be cut from here" : "nothing is configured that cuts it"),
            new("stay", $"number {member.Session}, boot {member.BootId}"),
        };
        if (settings.StoreWithout(name) is { } stuck)
        {
            lines.Add(new("if it dies", $"the cluster store decides nothing, and no service goes on anywhere: {stuck}"));
        }

        if (member.Fence is { } fence)
        {
            lines.Add(new("fencing", fence.Done is { } done ? $"stay {fence.Session} ended: {done.Kind}, {done.Detail}" : $"{fence.By} is ending stay {fence.Session}"));
        }

        if (name == settings.Self)
        {
            lines.Add(new("lease", $"{state.Lease.Standing}{(state.IsGuarded ? ", the guard counts" : "")}"));
        }

        lines.AddRange(view.Record.Services.Values.Where(service => service.Owner?.Node == name)
            .Select(service => new ExplainLine(service.Policy.Name, settings.Foresight.IfDead(view, service)?.Text ?? Word(service.Phase))));
        return new ExplainReport(name.Value, lines);
    }

    /// <summary>A word as people write it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Lost(TimeSpan loss, string one, string many) =>
        loss == TimeSpan.Zero ? $"nothing {one}"
        : loss == Placer.Unknown ? $"how much {one} cannot be told"
        : string.Create(CultureInfo.InvariantCulture, $"at most {loss.TotalSeconds:0.#} s of writes {many}");

    private static string StateOf(ClusterView view, MemberRecord member) =>
        !view.IsLive(member.Node, member.Session) ? "its lease has ended"
        : member.IsDrained ? "drained: it takes no services"
        : member.IsLeaving ? "it is being shut down"
        : view.Present.Contains(member.Node.Value) ? "here" : "silent, its lease has not ended yet";

    private static string Position(Offer offer) => offer.Position == long.MaxValue
        ? $"all of epoch {offer.Epoch}"
        : string.Create(CultureInfo.InvariantCulture, $"epoch {offer.Epoch}, number {offer.Position}");

    private static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s");
}
