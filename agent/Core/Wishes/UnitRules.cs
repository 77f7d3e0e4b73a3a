using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>
/// Keeps every unit in one service. Nodes that were configured at different times may name a service differently, or put its units into
/// another: without this each name would get an owner, and the unit two writers.
/// </summary>
public static class UnitRules
{
    /// <summary>Why a unit cannot be the service's; null: it can.</summary>
    /// <param name="record">The record.</param>
    /// <param name="service">The service.</param>
    /// <param name="claim">The unit, and what whoever asks knows of it.</param>
    public static string? Objection(ClusterRecord record, string service, UnitClaim claim) => record.Units.GetValueOrDefault(claim.Unit.ToString()) switch
    {
        { Service: { } other } when other != service =>
            $"unit {claim.Unit} belongs to service {other}. If that is no more: take it out of the configuration of every node, restart their agents, then 'nodeagent service forget {other}'",
        { Service: null } place when claim.Written is not { } written || written < place.Since =>
            $"unit {claim.Unit} was written in a service until epoch {place.Since}, and this node is not its writer since then. The node that is can have it in a service; "
                + $"if there is none any more: 'nodeagent service forget {claim.Unit}'",

        // A service with units of which none is known was made known by an agent that did not say which.
        null when claim.Written is null && (record.Service(service) is not { Policy.HasCopies: true } || record.UnitsOf(service).Any()) =>
            $"unit {claim.Unit} is not in service {service} yet, and this node does not write it: its writer can put it there",
        _ => null,
    };

    /// <summary>The record in which these are the service's units; null if one of them cannot be.</summary>
    internal static ClusterRecord? Place(ClusterRecord record, ServiceRecord service, Wish.Define define)
    {
        if (define.Units is not { } claims)
        {
            return record;
        }

        var name = service.Policy.Name;
        if (claims.Any(claim => Objection(record, name, claim) is not null))
        {
            return null;
        }

        var left = define.Leaves.Intersect(record.UnitsOf(name));
        return record with { Units = Free(record.Units, service, left, isOlder: false).SetItems(claims.Select(claim => Placed(record, service, claim, define.Opens))) };
    }

    /// <summary>
    /// The record in which a service goes on under another name: all that is known of its writers goes with it, and what is only reckoned with.
    /// Null if it is not the same units that one other service has, if somebody may be writing them, or if a node still has it configured under
    /// the old name.
    /// </summary>
    internal static ClusterRecord? Rename(ClusterView view, Wish.Define define)
    {
        var keys = (define.Units ?? []).Select(claim => claim.Unit.ToString()).ToHashSet(StringComparer.Ordinal);
        var before = keys.Select(view.Record.Units.GetValueOrDefault).Select(place => place?.Service).Distinct().ToList();
        if (before is not [{ } old] || !keys.SetEquals(view.Record.UnitsOf(old)) || view.Record.Service(old) is not { } known || !IsAbandoned(view, known))
        {
            return null;
        }

        var units = keys.Select(unit => KeyValuePair.Create(unit, view.Record.Units[unit] with { Service = define.Policy.Name }));

        // That nodes let go of the old name, as they do not know it any more, was counted as a failure of each.
        return Without(view, known, view.Record with { Units = view.Record.Units.SetItems(units) }).With(known with
        {
            Policy = define.Policy,
            FailedOn = known.FailedOn.Clear(),
            FailedBefore = known.FailedBefore.Clear(),
            Failures = 0,
            Reckoned = StoreAge.IsOlder(view, known) ? StoreAge.Newest(view, known) : Epoch.None,
        });
    }

    /// <summary>
    /// The record without a service that is no more, or without what is known of a unit that was in one. Of what only nodes remember it says
    /// that it is gone. Null if somebody may be writing it, or if a node still has it configured.
    /// </summary>
    internal static ClusterRecord? Forget(ClusterView view, string what)
    {
        var record = view.Record;
        if (record.Service(what) is { } known)
        {
            return IsAbandoned(view, known) ? Without(view, known, record with { Units = Free(record.Units, known, record.UnitsOf(what), StoreAge.IsOlder(view, known)) }) : null;
        }

        if (record.Units.TryGetValue(what, out var place))
        {
            return place.Service is null ? SaidOf(what, record with { Units = record.Units.Remove(what) }) : null;
        }

        return view.ConfiguredOn(what).Any() ? null
            : IsRemembered(view, what) ? Ended(record, what, StoreAge.After(StoreAge.Newest(view, what)))
            : IsUnit(what) ? SaidOf(what, record) : null;
    }

    // How often it was said: what a node remembers from before the last time is gone with it, whatever a store that is restored once more says.
    private static ClusterRecord SaidOf(string unit, ClusterRecord record) =>
        record with { Gone = record.Gone.SetItem(unit, new Epoch(record.Gone.GetValueOrDefault(unit).Value + 1)) };

    /// <summary>True if that can only be a unit: services have no such names.</summary>
    public static bool IsUnit(string what) => what.Contains(':', StringComparison.Ordinal);

    /// <summary>True if the store does not know it, and nodes do: a service that any of them remembers, or a unit of one that is gone, for they keep that until they hear this.</summary>
    public static bool IsForgettable(ClusterView view, string what) => IsRemembered(view, what)
        || (IsUnit(what) && !view.Record.Units.ContainsKey(what)
            && (!view.Record.Gone.IsEmpty || view.Record.Services.Values.Any(service => service.Settled is not null)));

    /// <summary>
    /// Until which epoch nobody has a unit by himself that a node knows to have been in that service, and that the store does not name: it had
    /// forgotten something of the service until an operator spoke. Zero: it never had.
    /// </summary>
    public static Epoch DoubtedUntil(ClusterRecord record, string service) =>
        record.Service(service)?.Settled?.Epoch ?? record.Gone.GetValueOrDefault(service);

    /// <summary>True if the store does not know the service, and a node remembers it.</summary>
    public static bool IsRemembered(ClusterView view, string service) =>
        view.Record.Service(service) is null && view.Offers.Values.Any(node => node.Known.GetValueOrDefault(service) > view.Record.Gone.GetValueOrDefault(service));

    // Nobody writes it, and no node that is here would take it.
    private static bool IsAbandoned(ClusterView view, ServiceRecord service) =>
        Proofs.About(view, service).IsOk && !view.ConfiguredOn(service.Policy.Name).Any();

    /// <summary>
    /// The record as it is when a store that has forgotten something goes on: a unit that it takes for free may have been in a service since, whose
    /// writer is not here. Nobody has it by himself.
    /// </summary>
    internal static ClusterRecord Doubted(ClusterRecord record, Epoch since) => record with
    {
        Units = record.Units.SetItems(record.Units.Where(unit => unit.Value.Service is null && unit.Value.Since < since).Select(unit => KeyValuePair.Create(unit.Key, new UnitPlace(null, since)))),
    };

    // What nodes remember of its name is gone with it; so is a name that was gone before.
    private static ClusterRecord Without(ClusterView view, ServiceRecord service, ClusterRecord record)
    {
        var (name, rest) = (service.Policy.Name, record with { Services = record.Services.Remove(service.Policy.Name) });
        return StoreAge.IsOlder(view, service) ? Ended(rest, name, StoreAge.After(StoreAge.Newest(view, service)))
            : rest.Gone.ContainsKey(name) ? rest with { Gone = rest.Gone.SetItem(name, service.Epoch) } : rest;
    }

    private static ClusterRecord Ended(ClusterRecord record, string name, Epoch gone) => Doubted(record, gone) with { Gone = record.Gone.SetItem(name, gone) };

    /// <summary>The newest epoch in which a unit of the service may have been written.</summary>
    internal static long NewestOf(ClusterRecord record, string service) => record.UnitsOf(service).Select(unit => record.Units[unit].Since.Value).DefaultIfEmpty(0).Max();

    private static KeyValuePair<string, UnitPlace> Placed(ClusterRecord record, ServiceRecord service, UnitClaim claim, bool opens)
    {
        var (name, key) = (service.Policy.Name, claim.Unit.ToString());
        var since = record.Units.GetValueOrDefault(key) is { } place && place.Service == name ? place.Since : claim.Written ?? service.Epoch;
        return KeyValuePair.Create(key, new UnitPlace(name, opens && service.Epoch > since ? service.Epoch : since));
    }

    // What was never written has no newest writer that could be forgotten, in a store that knows. What was not opened since an operator accepted
    // what that had forgotten may have been written later than it says.
    private static ImmutableSortedDictionary<string, UnitPlace> Free(
        ImmutableSortedDictionary<string, UnitPlace> units, ServiceRecord service, IEnumerable<string> left, bool isOlder)
    {
        var settled = service.Settled?.Epoch ?? Epoch.None;
        foreach (var unit in left.ToList())
        {
            var since = units[unit].Since > settled ? units[unit].Since : settled;
            units = since == Epoch.None && !isOlder ? units.Remove(unit) : units.SetItem(unit, new UnitPlace(null, since));
        }

        return units;
    }
}
