using System.Collections.Immutable;

namespace NodeAgent.Core.Replication;

/// <summary>Which of replication's own snapshots can go. Never touches a snapshot that somebody else made.</summary>
public static class Retention
{
    /// <summary>Names to delete, oldest first.</summary>
    /// <param name="names">All snapshots of the unit on this node.</param>
    /// <param name="keep">How many of the newest stay; at least one does, whatever is asked.</param>
    /// <param name="pinned">Names that stay because an increment or a running stream needs them.</param>
    public static ImmutableArray<string> Choose(IEnumerable<string> names, int keep, IReadOnlySet<string> pinned)
    {
        var own = names.Select(name => (Name: name, Parsed: SnapshotName.Parse(name)))
            .Where(entry => entry.Parsed is not null)
            .OrderBy(entry => entry.Parsed!.Value)
            .Select(entry => entry.Name)
            .ToList();
        return [.. own.Take(Math.Max(0, own.Count - Math.Max(1, keep))).Where(name => !pinned.Contains(name))];
    }
}
