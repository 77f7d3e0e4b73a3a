namespace NodeAgent.Plugins.CephBackend.Index;

/// <summary>All that the index says of one unit at one instant.</summary>
/// <param name="Unit">Its record; null if there is no such unit.</param>
/// <param name="Volumes">By name, ordered.</param>
/// <param name="Snapshots">By name, those that are being taken away too.</param>
internal sealed record UnitEntries(
    Stored<UnitRecord>? Unit,
    IReadOnlyDictionary<string, Stored<VolumeRecord>> Volumes,
    IReadOnlyDictionary<string, Stored<SnapshotRecord>> Snapshots)
{
    /// <summary>The snapshot of that name, to do something with it; null if there is none or it is being taken away.</summary>
    public Stored<SnapshotRecord>? Snapshot(string name) => Snapshots.GetValueOrDefault(name) is { Record.IsGoing: false } there ? there : null;

    /// <summary>Volumes whose images are there.</summary>
    public IEnumerable<string> Made => Volumes.Where(v => v.Value.Record.IsMade).Select(v => v.Key);
}
