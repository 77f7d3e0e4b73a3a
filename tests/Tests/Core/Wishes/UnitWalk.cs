using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Core.Wishes;

/// <summary>
/// Three nodes whose configurations change at any moment, and who each take themselves for the writer of all units: the worst that stale
/// records could make them. They ask the rules, and open what those allow.
/// </summary>
internal sealed class UnitWalk(int seed, bool isBlind)
{
    private static readonly UnitId One = new(new BackendId("zfs"), "one");
    private static readonly UnitId Two = new(new BackendId("zfs"), "two");
    private static readonly NodeId[] Nodes = [new("a"), new("b"), new("c")];

    private static readonly Dictionary<string, ImmutableArray<UnitId>>[] Configurations =
    [
        new() { ["db"] = [One] },
        new() { ["pg"] = [One] },
        new() { ["db"] = [One], ["log"] = [Two] },
        new() { ["all"] = [One, Two] },
        new() { ["db"] = [One, Two] },
        [],
    ];

    private readonly Random random = new(seed);
    private readonly Dictionary<NodeId, Dictionary<string, ImmutableArray<UnitId>>> configured = Nodes.ToDictionary(node => node, _ => Configurations[0]);
    private readonly Dictionary<(NodeId Node, string Service), ImmutableArray<UnitId>> open = [];
    private readonly Dictionary<(NodeId Node, UnitId Unit), Epoch> known = [];
    private readonly Dictionary<UnitId, (Epoch Epoch, NodeId Node)> newest = [];
    private ClusterView view = ClusterView.Empty;
    private long session;

    /// <summary>How often each thing came to pass.</summary>
    public Dictionary<string, int> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>What went wrong; null: nothing.</summary>
    public string? Run(int steps)
    {
        foreach (var node in Nodes)
        {
            Join(node);
        }

        for (var step = 0; step < steps; step++)
        {
            Offer();
            if (Step(Nodes[random.Next(Nodes.Length)]) is { } wrong)
            {
                return $"seed {seed}, step {step}: {wrong}";
            }
        }

        return null;
    }

    private string? Step(NodeId node)
    {
        switch (random.Next(9))
        {
            case 0:
                configured[node] = Configurations[random.Next(Configurations.Length)];
                return null;
            case 1:
                // Its machine dies; nothing of it is open.
                Close(node);
                Join(node);
                return null;
            case 2 or 3:
                return Any(node) is { } released ? Release(node, released) : null;
            case 4 when random.Next(3) == 0:
                var order = new Wish.Order(Orders.Forget, view.Record.Services.Keys.ElementAtOrDefault(random.Next(3)) ?? "", "asked");
                return Ask(node, order) ? Note("forgotten") : null;
            default:
                return Any(node) is { } service ? Have(node, service) : null;
        }
    }

    private string? Any(NodeId node)
    {
        var names = configured[node].Keys.Concat(open.Keys.Where(key => key.Node == node).Select(key => key.Service)).Distinct().ToList();
        return names.Count == 0 ? null : names[random.Next(names.Count)];
    }

    // As the agent does it: known or made known, taken, its units placed, then opened.
    private string? Have(NodeId node, string service)
    {
        if (!configured[node].TryGetValue(service, out var units))
        {
            return Release(node, service);
        }

        var before = open.GetValueOrDefault((node, service), []);
        var start = units.Max(unit => known.GetValueOrDefault((node, unit)));
        if (view.Record.Service(service) is not { } record)
        {
            var count = view.Record.Services.Count;
            _ = Ask(node, Define(service, start, units)) && count == view.Record.Services.Count ? Note("renamed") : null;
        }
        else if (record.Owner is null || !view.IsHeld(record))
        {
            Ask(node, new Wish.Take(service, record.Epoch, TimeSpan.Zero));
        }

        return view.Record.Service(service) is { Owner: { } owner } mine && owner.Node == node && view.IsHeld(mine)
            ? Open(node, service, mine.Epoch, units, before) : null;
    }

    private string? Open(NodeId node, string service, Epoch epoch, ImmutableArray<UnitId> units, ImmutableArray<UnitId> before)
    {
        if (!Ask(node, Define(service, epoch, [.. units.Union(before)])))
        {
            return Note("refused");
        }

        foreach (var unit in units)
        {
            // An older epoch than the record's is refused by whoever opens it.
            if (known.GetValueOrDefault((node, unit)) is var mine && mine > epoch)
            {
                continue;
            }

            if (open.FirstOrDefault(other => other.Key != (node, service) && other.Value.Contains(unit)).Key is { Service: { } name } writer)
            {
                return $"{node} opens {unit} for {service} while {writer.Node} has it open for {name}";
            }

            if (newest.TryGetValue(unit, out var last) && (last.Epoch > epoch || (last.Epoch == epoch && last.Node != node)))
            {
                return $"{node} opens {unit} in epoch {epoch}, and {last.Node} wrote it in epoch {last.Epoch}";
            }

            Note(last.Node == node ? "open" : "another opens");
            (newest[unit], known[(node, unit)]) = ((epoch, node), epoch);
            open[(node, service)] = [.. open.GetValueOrDefault((node, service), []).Append(unit).Distinct()];
        }

        return null;
    }

    private string? Release(NodeId node, string service)
    {
        open.Remove((node, service));
        if (view.Record.Service(service) is { } record)
        {
            Ask(node, new Wish.Release(service, record.Epoch, null, null, null, IsKeptFirmly: false, "asked"));
        }

        return null;
    }

    private Wish.Define Define(string service, Epoch start, ImmutableArray<UnitId> units) =>
        new(new ServicePolicy(service, [.. Nodes]) { HasCopies = false }, start) { Units = isBlind ? null : units };

    private bool Ask(NodeId node, Wish wish)
    {
        if (WishRules.Apply(view, wish, node, view.Live[node.Value], 1) is not { } next)
        {
            return false;
        }

        view = view with { Record = next };
        return true;
    }

    private void Join(NodeId node)
    {
        view = view with { Live = view.Live.SetItem(node.Value, ++session) };
        view = view with { Record = view.Record.With(new MemberRecord(node, $"boot-{session}", session) { Run = 1 }) };
    }

    private void Close(NodeId node)
    {
        foreach (var key in open.Keys.Where(key => key.Node == node).ToList())
        {
            open.Remove(key);
        }
    }

    // Only those that are configured are offered: and, as nodes tell late, not always.
    private void Offer()
    {
        foreach (var node in Nodes.Where(_ => random.Next(3) == 0))
        {
            var offers = NodeOffers.None.OfService.AddRange(configured[node].Select(service =>
                KeyValuePair.Create(service.Key, NodeAgent.Core.Views.Offer.Head(service.Value.Max(unit => known.GetValueOrDefault((node, unit)))))));
            view = view with { Offers = view.Offers.SetItem(node.Value, NodeOffers.None with { OfService = offers }) };
        }
    }

    private string? Note(string what)
    {
        Seen[what] = Seen.GetValueOrDefault(what) + 1;
        return null;
    }
}
