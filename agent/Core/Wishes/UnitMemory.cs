using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>
/// What a node remembers of where units belong. A store that has forgotten something names a unit in an older place, or not at all: whoever wrote it
/// long ago must not take it for free by that.
/// </summary>
public static class UnitMemory
{
    /// <summary>With what the store says now.</summary>
    /// <param name="before">What was remembered.</param>
    /// <param name="record">The store's word.</param>
    /// <param name="isTrusted">False while the store may have forgotten something of a service.</param>
    /// <param name="isAnother">True if this is the first word of a store that is another one than was seen before, or is behind it.</param>
    public static ImmutableSortedDictionary<string, UnitPlace> Saw(
        ImmutableSortedDictionary<string, UnitPlace> before, ClusterRecord record, bool isTrusted, bool isAnother)
    {
        var kept = before.Select(unit => KeyValuePair.Create(unit.Key, Kept(record, unit.Key, unit.Value, isTrusted, isAnother))).Where(unit => unit.Value is not null).ToList();
        return kept.Count == 0 ? record.Units : record.Units.SetItems(kept!);
    }

    // Null: the store's word counts.
    private static UnitPlace? Kept(ClusterRecord record, string unit, UnitPlace place, bool isTrusted, bool isAnother)
    {
        var (now, told) = (record.Units.GetValueOrDefault(unit), record.Gone.GetValueOrDefault(unit).Value);
        if (!isAnother && told > (place.Beyond ?? long.MaxValue))
        {
            // An operator said it of the unit, in this store.
            return null;
        }

        var beyond = isAnother ? told : place.Beyond ?? told;
        if (now is null && place.Service is { } service && UnitRules.DoubtedUntil(record, service) > place.Since)
        {
            // Nobody who is here may have written it last: until that is said of the unit, too, nobody writes it by himself.
            return Nobodys(record, place, beyond);
        }

        if (!isTrusted)
        {
            return !IsMore(place, now) ? null : place.Service is null ? Nobodys(record, place, beyond) : place with { Since = Later(place.Since, now?.Since ?? Epoch.None), Beyond = beyond };
        }

        return (isAnother || place.Beyond is not null) && (now is null || (now.Service is null && now.Since < place.Since)) ? Nobodys(record, place, beyond) : null;
    }

    // That it is in a service now keeps everybody else from it, whatever the store has forgotten.
    private static bool IsMore(UnitPlace before, UnitPlace? now) => now is null || (now.Service is null && (before.Service is not null || before.Since > now.Since));

    private static UnitPlace Nobodys(ClusterRecord record, UnitPlace place, long beyond)
    {
        var until = place.Service is { } service ? UnitRules.DoubtedUntil(record, service) : Epoch.None;
        return place is { Service: null, Beyond: not null } ? place with { Beyond = beyond }
            : new UnitPlace(null, until > place.Since ? until : StoreAge.After(place.Since)) { Beyond = beyond };
    }

    private static Epoch Later(Epoch one, Epoch other) => one > other ? one : other;
}
