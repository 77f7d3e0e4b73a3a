namespace NodeAgent.Daemon.Tuning;

/// <summary>A drive, as far as tuning is concerned.</summary>
/// <param name="Name">The kernel's name, such as nvme0n1.</param>
/// <param name="IsRotating">It has platters, or says so.</param>
/// <param name="IsPath">One way to a drive that is counted by itself.</param>
/// <param name="Requests">How many requests its queue holds; null if the kernel does not tell.</param>
internal sealed record DriveShape(string Name, bool IsRotating, bool IsPath, long? Requests)
{
    public bool IsNvme => Name.StartsWith("nvme", StringComparison.Ordinal);
}
