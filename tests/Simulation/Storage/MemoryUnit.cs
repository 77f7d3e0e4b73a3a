using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>A unit in the storage of one node. Survives the agent.</summary>
internal sealed class MemoryUnit
{
    public Role Role { get; set; } = Role.Reader;

    public long Epoch { get; set; }

    /// <summary>True if the heads are what this node wrote; false if they came with streams.</summary>
    public bool IsOwnHead { get; set; }

    public long NextOrder { get; set; } = 1;

    public SortedDictionary<string, MemoryVolume> Volumes { get; } = new(StringComparer.Ordinal);

    /// <summary>Per peer, the snapshot from which the next increment starts.</summary>
    public SortedDictionary<string, string> Anchors { get; } = new(StringComparer.Ordinal);

    /// <summary>Snapshots that have all the volumes they were made of, oldest first.</summary>
    public IReadOnlyList<MemoryPoint> Complete() =>
    [
        .. Volumes.Values.SelectMany(volume => volume.Points).Where(point => !point.IsBookmark)
            .GroupBy(point => point.Name)
            .Where(group => group.First().Members.All(member =>
                Volumes.TryGetValue(member, out var volume) && volume.Points.Any(point => !point.IsBookmark && point.Name == group.Key)))
            .Select(group => group.MaxBy(point => point.Order)!)
            .OrderBy(point => point.Order),
    ];

    /// <summary>Drops bookmarks that no anchor needs.</summary>
    public void Sweep()
    {
        foreach (var volume in Volumes.Values)
        {
            volume.Points.RemoveAll(point => point.IsBookmark && !Anchors.ContainsValue(point.Name));
        }
    }
}
