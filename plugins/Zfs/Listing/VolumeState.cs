using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>A volume as ZFS has it.</summary>
internal sealed record VolumeState(string Name, string Dataset, VolumeKind Kind)
{
    public long Used { get; init; }

    /// <summary>Bytes written since the newest snapshot, as of the last transaction group.</summary>
    public long Written { get; init; }

    public bool ReadOnly { get; init; }

    public bool Mounted { get; init; }

    public string? Mountpoint { get; init; }

    public string CanMount { get; init; } = "";

    public bool KeyMissing { get; init; }

    /// <summary>Size of a block volume, quota of a filesystem, 0 for none.</summary>
    public long Bytes { get; init; }

    public string? Origin { get; init; }

    public string? ResumeToken { get; init; }

    public string Profile { get; init; } = "";

    /// <summary>Snapshots and bookmarks, oldest first.</summary>
    public IReadOnlyList<Point> Points { get; init; } = [];

    public IEnumerable<Point> Snapshots => Points.Where(point => !point.IsBookmark);

    public Point? Newest => Snapshots.LastOrDefault();

    public Point? Snapshot(string name) => Snapshots.FirstOrDefault(point => point.Name == name);

    public string Device => $"/dev/zvol/{Dataset}";
}
