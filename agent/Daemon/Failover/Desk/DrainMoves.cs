using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Where the services of a node would go if it were drained, by the rules that a drained node itself goes by. Pure.</summary>
internal static class DrainMoves
{
    /// <summary>One line for each service that it has, by name.</summary>
    public static IReadOnlyList<DrainMove> Of(ClusterView view, MemberRecord member)
    {
        var node = member.Node;
        view = view with { Record = view.Record.With(member with { IsDrained = true }) };
        var mine = view.Record.Services.Values.Where(service => service.Owner?.Node == node).ToList();
        var found = mine.Where(service => Staying(view, service) is not null).Select(service => new DrainMove(service.Policy.Name, null, Staying(view, service)!)).ToList();
        var open = mine.Where(service => Staying(view, service) is null).ToList();

        // One that must be together with another goes after it, and one is placed by where those before it went.
        for (var goesOn = true; goesOn;)
        {
            goesOn = false;
            foreach (var service in open.ToList())
            {
                if (Placer.ChooseForMove(view, service, node) is { Node: { } to } choice)
                {
                    found.Add(new DrainMove(service.Policy.Name, to, $"{choice.Reason}{Unready(view, service, to)}"));
                    view = view with { Record = view.Record.With(service with { Owner = service.Owner! with { Node = to, Session = view.Live[to.Value] }, Last = to }) };
                    goesOn |= open.Remove(service);
                }
            }
        }

        found.AddRange(open.Select(service => new DrainMove(service.Policy.Name, null, $"it cannot leave {node}: {Placer.ChooseForMove(view, service, node).Reason}")));
        return [.. found.OrderBy(move => move.Name, StringComparer.Ordinal)];
    }

    private static string? Staying(ClusterView view, ServiceRecord service) =>
        service.Wanted == WantedState.Unmanaged ? "it is ignored, and stays until it is started again: nodeagent service start"
        : service.Wanted == WantedState.Stopped ? "it is being stopped"
        : !view.IsHeld(service) ? $"{service.Owner!.Node} is not here: it is not moved but taken over, see 'nodeagent what-if node-down {service.Owner.Node}'"
        : null;

    private static string Unready(ClusterView view, ServiceRecord service, NodeId to) => service.Policy.HasCopies && view.OfferOf(to, service.Policy.Name) is null
        ? $"; it holds no whole copy yet, and is brought up to date first: nodeagent replication list" : "";
}
