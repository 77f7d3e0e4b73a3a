using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Units;

/// <summary>
/// Where the cluster store said that units belong, on disk: a node whose configuration was changed while it was off must not take the unit of
/// a service for one without, before it has heard of the store.
/// </summary>
/// <param name="path">The file. One that cannot be read is written anew with the store's next word; until then no unit is free.</param>
internal sealed class StoredUnits(string path)
{
    private static readonly UnitPlace Unheard = new("that the cluster store did not name yet", Epoch.None);

    private readonly Lock gate = new();
    private volatile ImmutableSortedDictionary<string, UnitPlace>? known = Read(path);
    private volatile ClusterRecord heard = ClusterRecord.Empty;

    /// <summary>Where it belongs; null: nowhere.</summary>
    public UnitPlace? Find(UnitId unit) => known is not { } units ? Unheard
        : units.GetValueOrDefault(unit.ToString()) is { } place ? Freed(unit.ToString(), place) : null;

    /// <summary>
    /// The store's word. What cannot be written down counts all the same, as long as this agent lives. What a restored store does not know of a
    /// service that it had forgotten is not forgotten here; while the store is doubted, nor is anything else that it takes for free.
    /// </summary>
    public Outcome Note(ClusterRecord record, bool isTrusted)
    {
        lock (gate)
        {
            var before = known;
            if (before is null && !isTrusted)
            {
                return Outcome.Done;
            }

            var left = before?.Where(unit => !record.Gone.ContainsKey(unit.Key) && (isTrusted
                ? unit.Value.Service is { } service && UnitRules.DoubtedUntil(record, service) > unit.Value.Since && !record.Units.ContainsKey(unit.Key)
                : IsMore(unit.Value, record.Units.GetValueOrDefault(unit.Key)))).ToList() ?? [];
            var units = left.Count == 0 ? record.Units : record.Units.SetItems(left);
            heard = record;
            if (before is not null && (ReferenceEquals(before, units) || before.SequenceEqual(units)))
            {
                return Outcome.Done;
            }

            known = units;
            return AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(units.ToDictionary(), WireJson.Compact));
        }
    }

    // That it is in a service now keeps everybody else from it, whatever the store has forgotten.
    private static bool IsMore(UnitPlace before, UnitPlace? now) => now is null || (now.Service is null && (before.Service is not null || before.Since > now.Since));

    // Nobody who is here may have written it last: until that is said of the unit, too, nobody writes it by himself.
    private UnitPlace Freed(string unit, UnitPlace place) =>
        place.Service is { } service && !heard.Units.ContainsKey(unit) && UnitRules.DoubtedUntil(heard, service) is var until && until > place.Since ? new UnitPlace(null, until) : place;

    private static ImmutableSortedDictionary<string, UnitPlace>? Read(string path)
    {
        var none = ImmutableSortedDictionary.Create<string, UnitPlace>(StringComparer.Ordinal);
        try
        {
            var read = WireJson.Read<Dictionary<string, UnitPlace>>(File.ReadAllBytes(path), $"note of where units belong, {path}");
            return read.IsOk ? none.AddRange(read.Value) : null;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return none;
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
