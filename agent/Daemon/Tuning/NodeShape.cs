namespace NodeAgent.Daemon.Tuning;

/// <summary>What bounds a profile on this node.</summary>
/// <param name="RamBytes">Memory; 0 if the kernel does not tell.</param>
/// <param name="DirtyCeiling">The most dirty data that ZFS takes, in bytes; null if it does not tell.</param>
/// <param name="Drives">The drives, with the paths to those that are reached on several.</param>
internal sealed record NodeShape(long RamBytes, long? DirtyCeiling, IReadOnlyList<DriveShape> Drives)
{
    /// <summary>How many NVMe drives there are.</summary>
    public int NvmeDrives => Drives.Count(drive => drive is { IsNvme: true, IsPath: false });

    /// <summary>What the shortest queue of an NVMe drive holds; null if there is none.</summary>
    public long? ShortestQueue => Drives.Where(drive => drive.IsNvme).Min(drive => drive.Requests);

    public IReadOnlyList<string> Rotating => [.. Drives.Where(drive => drive is { IsRotating: true, IsPath: false }).Select(drive => drive.Name)];
}
