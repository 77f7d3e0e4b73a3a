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
    private bool isKept = true;

    /// <summary>Where it belongs; null: nowhere.</summary>
    public UnitPlace? Find(UnitId unit) => known is not { } units ? Unheard : units.GetValueOrDefault(unit.ToString());

    /// <summary>True if it is remembered in a place that the store does not know.</summary>
    public bool IsBeyond(string unit) => known?.GetValueOrDefault(unit) is { Beyond: not null };

    /// <summary>
    /// The store's word, and what is remembered beyond it (<see cref="UnitMemory"/>). What cannot be written down counts all the same, as long as
    /// this agent lives, and is tried again with the next word.
    /// </summary>
    public Outcome Note(ClusterRecord record, bool isTrusted, bool isAnother)
    {
        lock (gate)
        {
            var before = known;
            if (before is null && !isTrusted)
            {
                return Outcome.Done;
            }

            var units = UnitMemory.Saw(before ?? ClusterRecord.Empty.Units, record, isTrusted, isAnother);
            if (isKept && before is not null && (ReferenceEquals(before, units) || before.SequenceEqual(units)))
            {
                return Outcome.Done;
            }

            known = units;
            var kept = AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(units.ToDictionary(), WireJson.Compact));
            isKept = kept.IsOk;
            return kept;
        }
    }

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
