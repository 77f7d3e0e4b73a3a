using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Core.Wishes;

/// <summary>
/// Three nodes whose configurations change at any moment, and who each take themselves for the writer of all units: the worst that stale
/// records could make them. They ask the rules, and open what those allow.
/// </summary>
/// <param name="seed">Of what happens.</param>
/// <param name="isBlind">True if the rules are not told of units.</param>
/// <param name="forgets">True if the store is restored from backups, while nodes are away.</param>
internal sealed class UnitWalk(int seed, bool isBlind, bool forgets = false)
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
    private readonly Dictionary<NodeId, StoreMemory> memories = Nodes.ToDictionary(node => node, _ => StoreMemory.Empty);
    private readonly Dictionary<NodeId, ImmutableSortedDictionary<string, UnitPlace>> places = Nodes.ToDictionary(node => node, _ => ClusterRecord.Empty.Units);
    private readonly HashSet<NodeId> away = [];
    private readonly HashSet<(NodeId Node, UnitId Unit)> parted = [];
    private ClusterView view = ClusterView.Empty with { Store = "store-0" };
    private ClusterView? backup;
    private int stores;
    private long session;

    /// <summary>False if nodes say nothing of what they saw of the store: that must be caught.</summary>
    public bool Remembers { get; init; } = true;

    /// <summary>False if nodes take a unit for free as soon as another store does not name it: that must be caught.</summary>
    public bool RemembersUnits { get; init; } = true;

    /// <summary>How often each thing came to pass.</summary>
    public Dictionary<string, int> Seen { get; } = new(StringComparer.Ordinal);

    /// <summary>What went wrong; null: nothing.</summary>
    public string? Run(int steps)
    {
        foreach (var node in Nodes)
        {
            Join(node);
            view = view with { Offers = view.Offers.SetItem(node.Value, NodeOffers.None) };
        }

        foreach (var unit in (UnitId[])[One, Two])
        {
            // The first node made them.
            (known[(Nodes[0], unit)], newest[unit]) = (new Epoch(1), (new Epoch(1), Nodes[0]));
        }

        for (var step = 0; step < steps; step++)
        {
            if (forgets)
            {
                See();
                Befall(Nodes[random.Next(Nodes.Length)]);
                See();
            }

            Offer();
            var here = Nodes.Where(node => !away.Contains(node)).ToList();
            if (here.Count > 0 && Step(here[random.Next(here.Count)]) is { } wrong)
            {
                return $"seed {seed}, step {step}: {wrong}";
            }
        }

        return null;
    }

    private string? Step(NodeId node)
    {
        switch (random.Next(10))
        {
            case 0:
                configured[node] = Configurations[random.Next(Configurations.Length)];
                return null;
            case 1:
                // Its machine dies; nothing of it is open.
                Close(node, _ => true);
                Join(node);
                return null;
            case 2 or 3:
                return Any(node) is { } released ? Release(node, released) : null;
            case 4 when random.Next(3) == 0:
                var order = new Wish.Order(Orders.Forget, view.Record.Services.Keys.ElementAtOrDefault(random.Next(3)) ?? "", "asked");
                return Ask(node, order) ? Note("forgotten") : null;
            case 5:
                return OpenPlain(node, random.Next(2) == 0 ? One : Two);
            case 6:
                return Any(node) is { } updated ? Update(node, updated) : null;
            default:
                return Any(node) is { } service ? Have(node, service) : null;
        }
    }

    // What nodes hear of the store, and keep: what a doubted store says of units is not taken for what it was.
    private void See()
    {
        foreach (var node in Nodes.Where(node => !away.Contains(node)))
        {
            See(node);
        }
    }

    private void See(NodeId node)
    {
        var isAnother = RemembersUnits && memories[node].IsForgetful(view);
        memories[node] = memories[node].Saw(view);
        places[node] = UnitMemory.Saw(places[node], view.Record, memories[node].Doubt is null, isAnother);
    }

    private void Befall(NodeId node)
    {
        switch (random.Next(16))
        {
            case 0 when backup is null || random.Next(4) == 0:
                backup = view;
                break;
            case 1 when backup is not null && random.Next(2) == 0:
                // All are off, and not all are back at once: but for those that saw what it had, nobody can tell a store that says it is the same.
                Note("restored");
                var isSame = away.Count == 0 && random.Next(3) == 0;
                foreach (var one in Nodes)
                {
                    Leave(one);
                }

                view = ClusterView.Empty with { Record = backup.Record, Revision = backup.Revision, Store = isSame ? view.Store : $"store-{++stores}" };
                foreach (var one in Nodes.Where(_ => isSame || random.Next(3) > 0))
                {
                    Return(one);
                }

                break;
            case 2 when away.Count == 0 && random.Next(3) == 0:
                Leave(node);
                break;
            case 3 or 4 when away.Contains(node):
                Return(node);
                break;
            case 5 or 6 when view.Record.Services.Keys.ElementAtOrDefault(random.Next(3)) is { } service && !away.Contains(node):
                Ask(node, new Wish.Order(Orders.AcceptLoss, service, "asked"));
                break;
            case 7 when !away.Contains(node) && memories[node].Beyond(view.Record).Keys.ElementAtOrDefault(random.Next(2)) is { } remembered && view.Record.Service(remembered) is null:
                _ = Ask(node, new Wish.Order(Orders.Forget, remembered, "asked")) ? Note("ended") : null;
                break;
            default:
                break;
        }
    }

    private void Leave(NodeId node)
    {
        Close(node, _ => true);
        away.Add(node);
        view = view with { Live = view.Live.Remove(node.Value), Offers = view.Offers.Remove(node.Value) };
    }

    private void Return(NodeId node)
    {
        away.Remove(node);
        Join(node);
        See(node);
        Offer(node);
    }

    private string? Any(NodeId node)
    {
        var names = configured[node].Keys.Concat(open.Keys.Where(key => key.Node == node && key.Service.Length > 0).Select(key => key.Service)).Distinct().ToList();
        return names.Count == 0 ? null : names[random.Next(names.Count)];
    }

    private bool Has(NodeId node, string service) =>
        view.Record.Service(service) is { Owner: { } owner } mine && owner.Node == node && view.IsHeld(mine);

    // As the agent does it: known or made known, taken, its units placed, then opened.
    private string? Have(NodeId node, string service)
    {
        if (!configured[node].TryGetValue(service, out var units))
        {
            return Release(node, service);
        }

        if (view.Record.Service(service) is not { } record)
        {
            Make(node, service, units);
        }
        else if (record.Owner is null || !view.IsHeld(record))
        {
            if (Ask(node, new Wish.Take(service, record.Epoch, TimeSpan.Zero)) && view.Record.Service(service)!.Settled != record.Settled)
            {
                Settle(service);
            }
        }

        return Has(node, service) ? Open(node, service, view.Record.Service(service)!.Epoch, units) : null;
    }

    // Whoever wrote it before, here or away, wrote what an operator has given up.
    private void Settle(string service)
    {
        Note("settled");
        foreach (var unit in ((UnitId[])[One, Two]).Where(unit => view.Record.UnitsOf(service).Contains(unit.ToString(), StringComparer.Ordinal)))
        {
            newest.Remove(unit);
            parted.UnionWith(Nodes.Select(node => (node, unit)));
        }
    }

    // Only the writer of all units makes a service known, and closes them before; any node may say that it is one that was renamed.
    private void Make(NodeId node, string service, ImmutableArray<UnitId> units)
    {
        var isWriter = units.All(unit => known.ContainsKey((node, unit)));
        if (isWriter || units.Any(unit => view.Record.Units.ContainsKey(unit.ToString())))
        {
            Close(node, key => isWriter && key.Service.Length == 0);
            var count = view.Record.Services.Count;
            var start = units.Max(unit => known.GetValueOrDefault((node, unit)));
            _ = Ask(node, Define(node, service, start, units, opens: false)) && count == view.Record.Services.Count ? Note("renamed") : null;
        }
    }

    // What is still open stays the service's; what is not any more leaves it.
    private string? Update(NodeId node, string service)
    {
        if (!Has(node, service) || !configured[node].TryGetValue(service, out var units))
        {
            return null;
        }

        var free = view.Record.Units.Count(unit => unit.Value.Service is null);
        var stay = units.Union(open.GetValueOrDefault((node, service), [])).Select(unit => unit.ToString()).ToHashSet(StringComparer.Ordinal);
        var left = view.Record.UnitsOf(service).Where(unit => !stay.Contains(unit));
        Ask(node, Define(node, service, view.Record.Service(service)!.Epoch, [], opens: false) with { Leaves = [.. left] });
        return view.Record.Units.Count(unit => unit.Value.Service is null) > free ? Note("taken out") : null;
    }

    private string? Open(NodeId node, string service, Epoch epoch, ImmutableArray<UnitId> units)
    {
        // What runs as it was configured before ends first.
        open.Remove((node, service));
        if (!Ask(node, Define(node, service, epoch, units, opens: true)))
        {
            return Note("refused");
        }

        foreach (var unit in units)
        {
            // An older epoch than the record's is refused by whoever opens it, and the service let go of.
            if ((known.GetValueOrDefault((node, unit)) > epoch ? Release(node, service) ?? "" : Open(node, service, epoch, unit)) is { } end)
            {
                return end.Length == 0 ? null : end;
            }
        }

        return null;
    }

    // A unit without a service is open where its record says so, as long as the store does not say otherwise.
    private string? OpenPlain(NodeId node, UnitId unit)
    {
        var isConfigured = configured[node].Values.Any(units => units.Contains(unit));
        var place = forgets ? places[node].GetValueOrDefault(unit.ToString()) : view.Record.Units.GetValueOrDefault(unit.ToString());
        if (isConfigured || place is { Service: not null } || !known.TryGetValue((node, unit), out var epoch) || (place is not null && epoch < place.Since))
        {
            return null;
        }

        Note("plain");
        return Open(node, "", epoch, unit);
    }

    private string? Open(NodeId node, string service, Epoch epoch, UnitId unit)
    {
        if (open.FirstOrDefault(other => other.Key.Node != node && other.Value.Contains(unit)).Key is { Service: { } name } writer)
        {
            return $"{node} opens {unit} for '{service}' while {writer.Node} has it open for '{name}'";
        }

        if (newest.TryGetValue(unit, out var last) && (last.Epoch > epoch || (last.Epoch == epoch && last.Node != node)))
        {
            return $"{node} opens {unit} for '{service}' in epoch {epoch}, and {last.Node} wrote it in epoch {last.Epoch}";
        }

        if (service.Length > 0)
        {
            parted.Remove((node, unit));
        }
        else if (parted.Contains((node, unit)))
        {
            return $"{node} opens {unit} by itself in epoch {epoch}, which was given up";
        }

        Note(last.Node == node ? "open" : "another opens");
        (newest[unit], known[(node, unit)]) = ((epoch, node), epoch);

        // It is one device, whatever it was opened for.
        foreach (var key in open.Keys.Where(key => key.Node == node).ToList())
        {
            open[key] = open[key].Remove(unit);
        }

        open[(node, service)] = [.. open.GetValueOrDefault((node, service), []), unit];
        return null;
    }

    private string? Release(NodeId node, string service)
    {
        open.Remove((node, service));
        if (configured[node].TryGetValue(service, out var units) && open.TryGetValue((node, ""), out var plain))
        {
            // All its units are closed, whatever they were opened for.
            open[(node, "")] = plain.RemoveRange(units);
        }

        if (view.Record.Service(service) is { } record)
        {
            Ask(node, new Wish.Release(service, record.Epoch, null, null, null, IsKeptFirmly: false, "asked"));
        }

        return null;
    }

    private Wish.Define Define(NodeId node, string service, Epoch start, ImmutableArray<UnitId> units, bool opens) =>
        new(new ServicePolicy(service, [.. Nodes]) { HasCopies = false }, start)
        {
            Units = isBlind ? null : [.. units.Select(unit => new UnitClaim(unit, Written(node, unit, service)))],
            Opens = opens && !isBlind,
        };

    private Epoch? Written(NodeId node, UnitId unit, string service) => known.TryGetValue((node, unit), out var epoch)
        && !(forgets && places[node].GetValueOrDefault(unit.ToString()) is { } place && place.Since > epoch && (place.Service is null || (place.Service != service && place.Beyond is not null))) ? epoch : null;

    private bool Ask(NodeId node, Wish wish)
    {
        if (WishRules.Apply(view, wish, node, view.Live[node.Value], 1) is not { } next)
        {
            return false;
        }

        view = view with { Record = next, Revision = view.Revision + 1 };
        return true;
    }

    private void Join(NodeId node)
    {
        view = view with { Live = view.Live.SetItem(node.Value, ++session) };
        view = view with { Record = view.Record.With(new MemberRecord(node, $"boot-{session}", session) { Run = 1 }) };
    }

    private void Close(NodeId node, Func<(NodeId Node, string Service), bool> which)
    {
        foreach (var key in open.Keys.Where(key => key.Node == node && which(key)).ToList())
        {
            open.Remove(key);
        }
    }

    // Only those that are configured are offered: and, as nodes tell late, not always.
    private void Offer()
    {
        foreach (var node in Nodes.Where(_ => random.Next(3) == 0).Where(node => !away.Contains(node)))
        {
            Offer(node);
        }
    }

    private void Offer(NodeId node)
    {
        var offers = NodeOffers.None.OfService.AddRange(configured[node].Select(service =>
            KeyValuePair.Create(service.Key, NodeAgent.Core.Views.Offer.Head(service.Value.Max(unit => known.GetValueOrDefault((node, unit)))))));
        view = view with { Offers = view.Offers.SetItem(node.Value, new NodeOffers(-1, offers) { Known = Remembers ? memories[node].Beyond(view.Record) : NodeOffers.None.Known }) };
    }

    private string? Note(string what)
    {
        Seen[what] = Seen.GetValueOrDefault(what) + 1;
        return null;
    }
}
