using System.Collections.Immutable;
using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>The generation identifiers of all volumes of a copy, as one text: "0=CURRENT:BITMAP:…;1=…".</summary>
internal static class Generations
{
    // It has to fit into a note beside the rest.
    private const int Longest = 2500;

    /// <summary>Empty if one cannot be read, or if there are too many.</summary>
    public static string Join(IReadOnlyList<(int Volume, Generation? Generation)> all)
    {
        var text = string.Join(';', all.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Volume}={one.Generation?.ToText()}")));
        return all.Count == 0 || text.Length > Longest || all.Any(one => one.Generation is null) ? "" : text;
    }

    /// <summary>How each volume of one copy stands to the other's; unknown where one of the two does not tell.</summary>
    public static ImmutableSortedDictionary<string, Descent> Compare(string mine, string others)
    {
        var (here, there) = (Split(mine), Split(others));
        return here.Keys.Union(there.Keys).ToImmutableSortedDictionary(
            volume => volume,
            volume => here.GetValueOrDefault(volume) is { } one && there.GetValueOrDefault(volume) is { } other ? one.Against(other) : Descent.Unknown,
            StringComparer.Ordinal);
    }

    /// <summary>
    /// Connected, the kernel would copy only what differs, and in no volume from the copy that is given up: both were written, and
    /// that one says that it gives way, or only the one that is kept was. In any other case all of it has to be given up first.
    /// </summary>
    public static bool IsDifferenceEnough(string kept, string givenUp)
    {
        var stands = Compare(kept, givenUp);
        return stands.Count > 0 && stands.Values.All(descent => descent is Descent.Parted or Descent.Ahead);
    }

    private static Dictionary<string, Generation?> Split(string text) => text.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(part => part.Split('=', 2)).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0])
        .ToDictionary(pair => pair[0], pair => Generation.Parse(pair[1]), StringComparer.Ordinal);
}
