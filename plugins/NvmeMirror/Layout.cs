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

    /// <summary>
    /// Drives that no mirror is made of: spares, and those in whose place another is. Also those that only the cluster knows: what
    /// took a place by an order need not be in the configuration. Of the peer's nothing is exported here.
    /// </summary>
    public IReadOnlyList<Guid> Unused => agreed is var now
        ? [.. options.Pairs.Select(pair => pair.Local).Concat(options.Spares).Concat(now.Spares.Keys).Concat(now.Spares.Values).Distinct().Where(drive => now.Pairs.All(pair => pair.Local != drive && pair.Remote != drive))] : [];

    /// <summary>True if a mirror is made of it, was, or another stands in its place.</summary>
    public bool IsKnown(Guid drive) => agreed is var now
        && (now.Spares.ContainsKey(drive) || now.Spares.ContainsValue(drive) || now.Pairs.Concat(options.Pairs).Any(pair => pair.Local == drive || pair.Remote == drive));

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
