namespace NodeAgent.Simulation.Storage;

/// <summary>A volume on one node.</summary>
internal sealed class MemoryVolume
{
    /// <summary>Bytes that services read and write.</summary>
    public required byte[] Head { get; set; }

    /// <summary>Snapshots and bookmarks, oldest first.</summary>
    public List<MemoryPoint> Points { get; } = [];

    /// <summary>A receive that broke off.</summary>
    public MemoryPartial? Partial { get; set; }

    /// <summary>The newest snapshot; null if there is none.</summary>
    public MemoryPoint? Newest => Points.LastOrDefault(point => !point.IsBookmark);

    /// <summary>Whether the head differs from the newest snapshot.</summary>
    public bool HeadChanged => Newest is { } newest && !newest.Content.AsSpan().SequenceEqual(Head);
}
