using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>The writer's word that a unit equals a snapshot.</summary>
/// <param name="Snapshot">The snapshot's name.</param>
/// <param name="Guids">
/// Per volume name, the snapshot's identity. The name alone is not enough: storage that was made anew uses names again.
/// Null from an agent that does not tell it yet: such a word is about nothing.
/// </param>
/// <param name="AsOf">It covers every write acknowledged before this time, by the writer's wall clock.</param>
public sealed record UnchangedSince(string Snapshot, IReadOnlyDictionary<string, string>? Guids, DateTimeOffset AsOf)
{
    /// <summary>The identities of a snapshot, from a history.</summary>
    public static IReadOnlyDictionary<string, string> GuidsOf(CopyHistory history, string snapshot) => history.Volumes
        .Select(volume => (volume.Volume, Point: volume.Points.LastOrDefault(point => !point.IsBookmark && point.Name == snapshot)))
        .Where(known => known.Point is not null)
        .ToDictionary(known => known.Volume, known => known.Point!.Guid, StringComparer.Ordinal);

    /// <summary>True if the copy holds this very snapshot of every volume that the word is about.</summary>
    public bool IsAbout(CopyHistory copy) => Guids is { Count: > 0 } && Guids.All(said =>
        copy.Volumes.Any(volume => volume.Volume == said.Key
            && volume.Points.Any(point => !point.IsBookmark && point.Name == Snapshot && point.Guid == said.Value)));

    /// <summary>True if both are about the same snapshot, whatever time they cover.</summary>
    public bool Renews(UnchangedSince? before) => before is { Guids: { } known } && Guids is { Count: > 0 }
        && before.Snapshot == Snapshot && known.Count == Guids.Count
        && Guids.All(said => known.TryGetValue(said.Key, out var guid) && guid == said.Value);
}
