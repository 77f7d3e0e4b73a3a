using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>The names of all snapshots of a unit on a node, whole or not.</summary>
internal static class SnapshotNames
{
    /// <summary>
    /// A listing leaves out snapshots that lack a volume: one that was deleted since, or that has not arrived. Their
    /// names are taken all the same, and they take room like others.
    /// </summary>
    public static IReadOnlyList<string> All(IEnumerable<Snapshot> listed, CopyHistory history) =>
    [
        .. listed.Select(snapshot => snapshot.Id.Name)
            .Concat(history.Volumes.SelectMany(volume => volume.Points).Where(point => !point.IsBookmark).Select(point => point.Name))
            .Distinct(StringComparer.Ordinal),
    ];
}
