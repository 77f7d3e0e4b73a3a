using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>Where the histories of a writer and of a copy that has parted were still one.</summary>
public static class CommonAncestor
{
    /// <summary>
    /// The newest snapshot that every volume of the copy has and from which the writer can send on; null if there is none.
    /// Identities decide.
    /// </summary>
    public static string? Of(CopyHistory writer, CopyHistory copy)
    {
        var known = writer.Volumes.ToDictionary(
            volume => volume.Volume, volume => volume.Points.Select(point => point.Guid).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal);
        var volumes = copy.Volumes.Where(volume => known.ContainsKey(volume.Volume)).ToList();
        return volumes.Count == 0 ? null : volumes[0].Points.Where(point => !point.IsBookmark).Reverse()
            .Select(point => point.Name)
            .FirstOrDefault(name => volumes.TrueForAll(volume => volume.Points.Any(point =>
                !point.IsBookmark && point.Name == name && known[volume.Volume].Contains(point.Guid))));
    }
}
