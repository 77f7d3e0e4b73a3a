using System.Globalization;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Drives;

/// <summary>The whole drive that a partition of this node lies on.</summary>
internal static class LocalDrive
{
    // The kernel counts so, whatever the drive's own sectors are.
    private const long SectorBytes = 512;

    /// <summary>The device to export, such as /dev/nvme3n1. A drive that came over the network is never one of ours.</summary>
    public static Outcome<string> Find(Places places, Guid partition)
    {
        var what = $"cannot find the drive of partition {partition}";
        var link = Path.Combine(places.Partitions, partition.ToString("D"));
        if (DriveLinks.Name(link) is not { } name)
        {
            return Faults.Data(what, $"there is no {link}", "Check that the drive is plugged in and has this partition: 'lsblk -o NAME,PARTUUID'.");
        }

        if (DriveLinks.Folder(Path.Combine(places.Class, "block", name)) is not { } folder)
        {
            return Faults.Data(what, $"the kernel does not show {name}", "Look at 'lsblk'.");
        }

        var isPartition = File.Exists(Path.Combine(folder, "partition"));
        if (!isPartition)
        {
            return Faults.Data(what, $"{name} is not a partition", "Look at 'lsblk'.");
        }

        var drive = Path.GetDirectoryName(folder)!;
        return drive.Contains("/nvme-fabrics/", StringComparison.Ordinal) || drive.Contains("/nvme-subsystem/", StringComparison.Ordinal)
            ? IsFabric(places, Path.GetFileName(drive)) ? Faults.Mend(what, $"{name} is a drive of another node", "Correct the option 'pairs'.") : $"/dev/{Path.GetFileName(drive)}"
            : $"/dev/{Path.GetFileName(drive)}";
    }

    /// <summary>The size of a partition in bytes; null if it is not there.</summary>
    public static long? SizeOf(Places places, Guid partition) =>
        DriveLinks.Name(Path.Combine(places.Partitions, partition.ToString("D"))) is { } name
        && long.TryParse(Files.KernelFiles.Read(Path.Combine(places.Class, "block", name, "size")), NumberStyles.None, CultureInfo.InvariantCulture, out var sectors) ? sectors * SectorBytes : null;

    /// <summary>The size of its drive's blocks in bytes; null if the kernel does not tell.</summary>
    public static long? BlockOf(Places places, Guid partition) =>
        Find(places, partition) is { IsOk: true, Value: { } drive }
        && long.TryParse(Files.KernelFiles.Read(Path.Combine(places.Class, "block", Path.GetFileName(drive), "queue", "logical_block_size")), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    // With native multipath a local drive hangs below a subsystem too; what tells them apart is how it is reached.
    private static bool IsFabric(Places places, string drive)
    {
        var subsystem = DriveLinks.Folder(Path.Combine(places.Class, "block", drive, "device"));
        return subsystem is not null && Files.KernelFiles.List(subsystem).Where(name => name.StartsWith("nvme", StringComparison.Ordinal))
            .Any(name => Files.KernelFiles.Read(Path.Combine(subsystem, name, "transport")) is "tcp" or "rdma" or "fc" or "loop");
    }
}
