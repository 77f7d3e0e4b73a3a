namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Where the kernel shows what it has. Tests put a folder of their own here.</summary>
/// <param name="Devices">/sys/bus/rbd/devices: a folder for each mapped device; not there without the module.</param>
/// <param name="Clients">/sys/kernel/debug/ceph: a folder for each client instance of the kernel.</param>
/// <param name="Mounts">/proc/self/mountinfo.</param>
/// <param name="Files">/dev.</param>
internal sealed record KernelPlaces(string Devices, string Clients, string Mounts, string Files)
{
    public static KernelPlaces OfTheSystem { get; } = new("/sys/bus/rbd/devices", "/sys/kernel/debug/ceph", "/proc/self/mountinfo", "/dev");

    public static KernelPlaces Below(string root) => new($"{root}/devices", $"{root}/ceph", $"{root}/mountinfo", $"{root}/dev");

    /// <summary>The text of a file without its line end; null if it is not there or cannot be read.</summary>
    public static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
