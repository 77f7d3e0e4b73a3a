using NodeAgent.Contract;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Where the kernel shows what it has. Tests put a folder of their own here.</summary>
/// <param name="Devices">/sys/bus/rbd/devices: a folder for each mapped device; not there without the module.</param>
/// <param name="Clients">/sys/kernel/debug/ceph: a folder for each client instance of the kernel.</param>
/// <param name="Mounts">/proc/self/mountinfo.</param>
/// <param name="Files">/dev.</param>
/// <param name="Boot">/proc/sys/kernel/random/boot_id: another one is proof that all clients of before are gone.</param>
internal sealed record KernelPlaces(string Devices, string Clients, string Mounts, string Files, string Boot)
{
    public static KernelPlaces OfTheSystem { get; } = new("/sys/bus/rbd/devices", "/sys/kernel/debug/ceph", "/proc/self/mountinfo", "/dev", "/proc/sys/kernel/random/boot_id");

    public static KernelPlaces Below(string root) => new($"{root}/devices", $"{root}/ceph", $"{root}/mountinfo", $"{root}/dev", $"{root}/boot_id");

    /// <summary>A node in its present boot; null if the kernel does not tell.</summary>
    public string? HomeOf(NodeId node) => Read(Boot) is { Length: > 0 } boot ? $"{node} {boot}" : null;

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
