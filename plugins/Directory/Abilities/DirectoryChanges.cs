using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Streams;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Changes between snapshots, by comparing their block maps: exact to 64 KiB.</summary>
internal sealed class DirectoryChanges(UnitGate gate) : IChangedExtents
{
    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Extent>>> ListAsync(
        VolumeId volume, string? from, string to, CancellationToken cancellation)
    {
        var what = $"cannot list changes of {volume}";
        return gate.LookAsync<IReadOnlyList<Extent>>(
            volume.Unit,
            what,
            (folder, record) =>
            {
                var newer = MapOf(folder, record, volume, to, what, cancellation);
                if (!newer.IsOk)
                {
                    return newer.Fault;
                }

                if (from is null)
                {
                    return newer.Value.ChangesSince(null).ToList();
                }

                var older = MapOf(folder, record, volume, from, what, cancellation);
                return older.IsOk ? newer.Value.ChangesSince(older.Value).ToList() : older.Fault;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation)
    {
        var what = $"cannot open {volume} at {snapshot}";
        return gate.LookAsync<Stream>(
            volume.Unit,
            what,
            (folder, record) => Find(record, volume, snapshot) is null
                ? Missing(volume, snapshot, what)
                : new FileStream(
                    folder.SnapshotFile(snapshot, volume.Name), FileMode.Open, FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous),
            cancellation);
    }

    private static SnapshotRecord? Find(UnitRecord? record, VolumeId volume, string name) =>
        record?.FindSnapshot(name) is { } found && found.Present.ContainsKey(volume.Name) ? found : null;

    private static Fault Missing(VolumeId volume, string snapshot, string what) => new(
        FaultCode.NotFound, what, $"snapshot {snapshot} of {volume} is not on this node",
        $"See 'nodeagent snapshot list {volume.Unit}'.", Retry.Never);

    private Outcome<BlockMap> MapOf(
        UnitFolder folder, UnitRecord? record, VolumeId volume, string name, string what, CancellationToken cancellation)
    {
        if (Find(record, volume, name) is { } found)
        {
            return BlockMap.Of(folder, found, volume.Name, gate.Disk, cancellation);
        }

        // An anchor outlives its snapshot as a map.
        var anchor = record?.Anchors.FirstOrDefault(a => a.Name == name && a.Guids.ContainsKey(volume.Name));
        return anchor is not null && BlockMap.Load(folder.MapFile(anchor.Guids[volume.Name])) is { } kept
            ? kept
            : Missing(volume, name, what);
    }
}
