using System.Collections.Immutable;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
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
    /// service that is gone is not forgotten.
    /// </summary>
    public Outcome Note(ClusterRecord record)
    {
        lock (gate)
        {
            var before = known;
            var left = before?.Where(unit => unit.Value.Service is { } service && record.Gone.ContainsKey(service) && !record.Units.ContainsKey(unit.Key) && !record.Gone.ContainsKey(unit.Key)) ?? [];
            var units = record.Gone.IsEmpty ? record.Units : record.Units.AddRange(left);
            heard = record;
            if (before is not null && (ReferenceEquals(before, units) || before.SequenceEqual(units)))
            {
                return Outcome.Done;
            }

            known = units;
            return AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(units.ToDictionary(), WireJson.Compact));
        }
    }

    // Nobody who is here may have written it last: until that is said of the unit, too, nobody writes it by himself.
    private UnitPlace Freed(string unit, UnitPlace place) =>
        place.Service is { } service && heard.Gone.TryGetValue(service, out var gone) && !heard.Units.ContainsKey(unit)
            ? new UnitPlace(null, gone > place.Since ? gone : place.Since) : place;

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
