using System.Collections.Immutable;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>
/// The drives that the mirrors are made of: as configured, but for dead ones in whose place the cluster has agreed on a spare. A
/// mirror keeps its number and its port.
/// </summary>
internal sealed class Layout(MirrorOptions options)
{
    private sealed record Agreed(ImmutableSortedDictionary<Guid, Guid> Spares, IReadOnlyList<DrivePair> Pairs);

    private volatile Agreed agreed = new(ImmutableSortedDictionary<Guid, Guid>.Empty, options.Pairs);

    public IReadOnlyList<DrivePair> Pairs => agreed.Pairs;

    /// <summary>This node's spares that are in nobody's place, nor died there.</summary>
    public IReadOnlyList<Guid> FreeSpares => agreed is var now ? [.. options.Spares.Where(spare => !now.Spares.ContainsKey(spare) && !now.Spares.ContainsValue(spare))] : [];

    /// <summary>This node's drives that no mirror is made of: spares, and those that a spare was taken for.</summary>
    public IReadOnlyList<Guid> Unused => agreed is var now
        ? [.. options.Pairs.Select(pair => pair.Local).Concat(options.Spares).Where(drive => now.Pairs.All(pair => pair.Local != drive))] : [];

    /// <summary>From now on it is as the cluster has agreed.</summary>
    public void Take(Certificate certificate)
    {
        if (!ReferenceEquals(agreed.Spares, certificate.Spares))
        {
            agreed = new Agreed(certificate.Spares, [.. options.Pairs.Select(pair => pair with
            {
                Local = Follow(certificate.Spares, pair.Local), Remote = Follow(certificate.Spares, pair.Remote),
            })]);
        }
    }

    /// <summary>The drives in whose place one is, the newest first.</summary>
    public IReadOnlyList<Guid> Before(Guid drive)
    {
        var spares = agreed.Spares;
        List<Guid> before = [];
        while (spares.Where(entry => entry.Value == drive).Select(entry => (Guid?)entry.Key).FirstOrDefault() is { } dead && !before.Contains(dead))
        {
            before.Add(dead);
            drive = dead;
        }

        return before;
    }

    private static Guid Follow(ImmutableSortedDictionary<Guid, Guid> spares, Guid drive)
    {
        // Never in a circle, whatever is written.
        for (var step = 0; step <= spares.Count && spares.TryGetValue(drive, out var next); step++)
        {
            drive = next;
        }

        return drive;
    }
}
