namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Where the kernel shows what it has. Tests put a folder of their own here.</summary>
/// <param name="ModuleVersion">/sys/module/drbd/version: there when the module is loaded.</param>
/// <param name="Blocks">/sys/class/block.</param>
/// <param name="Mounts">/proc/self/mountinfo.</param>
/// <param name="Devices">/dev.</param>
/// <param name="Overview">/proc/drbd: what two copies of 8.4 differ in while they are parted, and how far comparing them is, is told nowhere else.</param>
/// <param name="BootId">/proc/sys/kernel/random/boot_id.</param>
internal sealed record Places(string ModuleVersion, string Blocks, string Mounts, string Devices, string Overview, string BootId)
{
    public static Places OfTheSystem { get; } = new("/sys/module/drbd/version", "/sys/class/block", "/proc/self/mountinfo", "/dev", "/proc/drbd", "/proc/sys/kernel/random/boot_id");

    public static Places Below(string root) => new($"{root}/version", $"{root}/block", $"{root}/mountinfo", $"{root}/dev", $"{root}/overview", $"{root}/boot_id");

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
