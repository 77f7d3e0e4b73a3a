using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status.Reserves;

/// <summary>
/// The reserve for the loss of one node, computed: what is used on all of them, by what the others have. Sums: whether a single
/// service fits on a single node is not known, for nobody declares what a service takes. Who does not tell, or told too long ago,
/// makes it unknown, never enough.
/// </summary>
public static class NodeReserve
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>For the loss of the largest node, or of one that is named. Nothing if there are no two machines.</summary>
    /// <param name="nodes">All members, each with what it told; null if that is unknown.</param>
    /// <param name="lost">The node; null: the largest, of each resource by itself.</param>
    public static IReadOnlyList<ReserveLine> Of(IReadOnlyList<(NodeId Node, NodeLoad? Load)> nodes, NodeId? lost = null)
    {
        if (nodes.Count < 2 || (lost is { } asked && nodes.All(node => node.Node != asked)))
        {
            return [];
        }

        if (nodes.Where(node => node.Load is null).Select(node => node.Node.Value).Order(StringComparer.Ordinal).ToList() is [_, ..] silent)
        {
            var why = $"{string.Join(", ", silent)} {(silent.Count == 1 ? "does" : "do")} not tell what is used there";
            return [new ReserveLine(ReserveLine.Memory, lost?.Value, null, why), new ReserveLine(ReserveLine.Processors, lost?.Value, null, why)];
        }

        var machines = nodes.OrderBy(node => node.Node.Value, StringComparer.Ordinal).GroupBy(node => node.Load!.Machine ?? $"node {node.Node}", StringComparer.Ordinal)
            .Select(one => (Names: one.Select(node => node.Node.Value).ToList(), Load: one.First().Load!)).ToList();
        return machines.Count < 2 ? []
            :
            [
                Line(ReserveLine.Memory, [.. machines.Select(one => (one.Names, (double)one.Load.MemoryBytes, (double?)one.Load.UsedBytes))], lost),
                Line(ReserveLine.Processors, [.. machines.Select(one => (one.Names, (double)one.Load.Processors, one.Load.Busy))], lost),
            ];
    }

    /// <summary>What a peer told, if it is heard and that is not old; null otherwise.</summary>
    public static NodeLoad? Heard(PeerView peer, DateTimeOffset now)
    {
        if (peer is not { Reachable: Answer.Yes, Report.Load: { } load, ReportAt: { } at })
        {
            return null;
        }

        // A wall clock that was set meanwhile makes it old, not young.
        var age = now - at;
        return age >= TimeSpan.Zero && age + TimeSpan.FromSeconds(load.AgeSeconds) <= Fresh ? load : null;
    }

    /// <summary>What this node saw of itself, if that is not old.</summary>
    public static NodeLoad? Own(NodeLoad? load) => load is not null && load.AgeSeconds <= Fresh.TotalSeconds ? load : null;

    /// <summary>For people: "If n2 is lost: memory 71 % of what is left, processors 40 %". Empty if there is nothing to tell.</summary>
    public static IReadOnlyList<string> Describe(IReadOnlyList<ReserveLine> lines) =>
    [
        .. lines.Where(line => line.Used is not null).GroupBy(line => line.Lost).Select(same =>
            $"If {same.Key} is lost: {string.Join(", ", same.Select((line, index) => $"{line.Resource} {ReserveLine.Percent(line.Used!.Value)}{(index == 0 ? " of what is left" : "")}"))}"),
        .. lines.Where(line => line.Used is null).GroupBy(line => (line.Lost, line.Unknown)).Select(same =>
            $"If {same.Key.Lost ?? "a node"} is lost: {string.Join(" and ", same.Select(line => line.Resource))} unknown, {same.Key.Unknown}"),
    ];

    private static ReserveLine Line(string resource, List<(List<string> Names, double Has, double? Used)> machines, NodeId? lost)
    {
        // The first of equals: machines are in the order of their names.
        var gone = lost is { } named ? machines.First(one => one.Names.Contains(named.Value, StringComparer.Ordinal)) : machines.MaxBy(one => one.Has);
        var name = string.Join(" and ", gone.Names);
        var left = machines.Sum(one => one.Has) - gone.Has;
        return machines.Find(one => one.Used is null) is { Names: { } early } ? new ReserveLine(resource, name, null, $"{string.Join(" and ", early)} has not measured for long enough")
            : left <= 0 ? new ReserveLine(resource, name, null, "the others tell that they have none")
            : new ReserveLine(resource, name, machines.Sum(one => one.Used!.Value) / left, null);
    }
}
