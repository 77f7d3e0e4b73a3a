namespace NodeAgent.Linux.Disks;

/// <summary>What the kernel counts of a block device.</summary>
/// <param name="Ended">Reads, writes, discards and flushes that ended since the device is there.</param>
/// <param name="Waiting">How many wait for it now.</param>
public readonly record struct DiskCount(long Ended, long Waiting);
