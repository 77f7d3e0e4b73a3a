using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>
/// Keeps every unit in one service. Nodes that were configured at different times may name a service differently, or put its units into
/// another: without this each name would get an owner, and the unit two writers.
/// </summary>
internal static class UnitRules
{
    /// <summary>The record in which exactly these are the service's units; null if another has one of them, or if they have a newer writer.</summary>
    /// <param name="record">The record, with the service.</param>
    /// <param name="service">The service.</param>
    /// <param name="units">Its units; null: whoever asks does not say.</param>
    /// <param name="start">The newest epoch that whoever asks knows of them.</param>
    public static ClusterRecord? Place(ClusterRecord record, ServiceRecord service, ImmutableArray<UnitId>? units, Epoch start)
    {
        var name = service.Policy.Name;
        if (units is not { } wanted)
        {
            return record;
        }

        var keys = wanted.Select(unit => unit.ToString()).ToHashSet(StringComparer.Ordinal);
        if (keys.Select(record.Units.GetValueOrDefault).OfType<UnitPlace>().Any(place => place.Service is { } other ? other != name : place.Since > start))
        {
            return null;
        }

        var left = record.Units.Where(unit => unit.Value.Service == name && !keys.Contains(unit.Key)).Select(unit => unit.Key);
        return record with { Units = Free(record.Units, left, service.Epoch).SetItems(keys.Select(unit => KeyValuePair.Create(unit, new UnitPlace(name, Epoch.None)))) };
    }

    /// <summary>
    /// The record in which a service goes on under another name: all that is known of its writers goes with it. Null if it is not the same
    /// units that one other service has, if somebody may be writing them, or if a node still has it configured under the old name.
    /// </summary>
    public static ClusterRecord? Rename(ClusterView view, Wish.Define define)
    {
        var keys = (define.Units ?? []).Select(unit => unit.ToString()).ToHashSet(StringComparer.Ordinal);
        var before = keys.Select(view.Record.Units.GetValueOrDefault).Select(place => place?.Service).Distinct().ToList();
        if (before is not [{ } old] || !keys.SetEquals(view.Record.UnitsOf(old)) || view.Record.Service(old) is not { } known || !IsAbandoned(view, known))
        {
            return null;
        }

        var units = keys.Select(unit => KeyValuePair.Create(unit, new UnitPlace(define.Policy.Name, Epoch.None)));
        return (view.Record with { Services = view.Record.Services.Remove(old), Units = view.Record.Units.SetItems(units) }).With(known with { Policy = define.Policy });
    }

    /// <summary>The record without a service that is no more; null if somebody may be writing its units, or if a node still has it configured.</summary>
    public static ClusterRecord? Forget(ClusterView view, string service) =>
        view.Record.Service(service) is { } known && IsAbandoned(view, known)
            ? view.Record with
            {
                Services = view.Record.Services.Remove(service),
                Units = Free(view.Record.Units, view.Record.UnitsOf(service), StoreAge.Newest(view, service, known.Epoch)),
            }
            : null;

    /// <summary>True if nobody writes it, and no node that is here would take it.</summary>
    public static bool IsAbandoned(ClusterView view, ServiceRecord service) =>
        Proofs.About(view, service).IsOk && !view.ConfiguredOn(service.Policy.Name).Any();

    // What was never written has no newest writer that could be forgotten.
    private static ImmutableSortedDictionary<string, UnitPlace> Free(ImmutableSortedDictionary<string, UnitPlace> units, IEnumerable<string> left, Epoch since) =>
        since == Epoch.None ? units.RemoveRange(left) : units.SetItems(left.Select(unit => KeyValuePair.Create(unit, new UnitPlace(null, since))));
}
