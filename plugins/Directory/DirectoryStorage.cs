using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Abilities;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend;

/// <summary>Volumes are files in a folder. The embedded default, and the reference for authors of backends.</summary>
internal sealed class DirectoryStorage : IBackend
{
    private const double LowRoom = 0.1;

    private static readonly BackendDescription Description = new(
        "directory",
        Capabilities.Volumes | Capabilities.BlockVolumes | Capabilities.Expand | Capabilities.Thin |
        Capabilities.Snapshots | Capabilities.Holds | Capabilities.Rollback | Capabilities.Clone |
        Capabilities.ChangedExtents | Capabilities.Roles | Capabilities.ReplicationStreams |
        Capabilities.ResumableStreams | Capabilities.Pools,
        FenceStrength.NodeFenceRequired);

    private readonly UnitGate gate;
    private readonly object[] abilities;

    public DirectoryStorage(string root, BackendContext context, Action<string>? beforeStep)
    {
        gate = new UnitGate(root, context, new Disk(beforeStep));
        abilities =
        [
            new DirectoryVolumes(gate),
            new DirectorySnapshots(gate),
            new DirectoryRoles(gate),
            new DirectoryChanges(gate),
            new DirectoryStreams(gate),
            new DirectoryRejoin(gate),
            new DirectoryPools(gate),
        ];
    }

    /// <summary>The folder that holds the units.</summary>
    public string Root => gate.Root;

    /// <inheritdoc/>
    public BackendDescription Describe() => Description;

    /// <inheritdoc/>
    public T? Ability<T>()
        where T : class => abilities.OfType<T>().FirstOrDefault();

    /// <inheritdoc/>
    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) =>
        gate.RunAsync($"cannot look at {gate.Root}", null, Probe, cancellation);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        gate.Dispose();
        return ValueTask.CompletedTask;
    }

    private Outcome<BackendHealth> Probe()
    {
        if (!Directory.Exists(gate.Root))
        {
            return new BackendHealth(HealthLevel.Failed, "", [$"{gate.Root} does not exist."]);
        }

        var drive = new DriveInfo(gate.Root);
        var remarks = new List<string>();
        if (drive.DriveFormat is not ("xfs" or "btrfs" or "bcachefs" or "zfs"))
        {
            remarks.Add(
                $"{drive.DriveFormat} cannot share blocks between files: snapshots are full copies, and a unit that is " +
                "written to without pause cannot be snapshotted.");
        }

        if (drive.DriveFormat is "tmpfs")
        {
            remarks.Add("tmpfs loses everything at a reboot.");
        }

        var low = drive.AvailableFreeSpace < drive.TotalSize * LowRoom;
        if (low)
        {
            remarks.Add($"Less than {LowRoom:P0} of {gate.Root} is free.");
        }

        return new BackendHealth(low ? HealthLevel.Degraded : HealthLevel.Ok, "", remarks);
    }
}
