using System.Globalization;

namespace NodeAgent.Guard.Devices;

/// <summary>What sysfs tells of a watchdog. Only for before the loop.</summary>
internal static class SystemWatchdog
{
    private const string Folder = "/sys/class/watchdog";

    /// <summary>True if the kernel was told never to stop it. Unknown counts as no: stopping it is tried in any case.</summary>
    public static bool CannotBeStopped(string path) => Read(path, "nowayout") is "1";

    /// <summary>Seconds; 0 if nobody tells.</summary>
    public static int Timeout(string path) =>
        int.TryParse(Read(path, "timeout"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

    public static string Identity(string path) => Read(path, "identity") ?? "";

    private static string? Read(string path, string attribute)
    {
        // The old name is the first device.
        var name = Path.GetFileName(path) is var given && given == "watchdog" ? "watchdog0" : given;
        try
        {
            return File.ReadAllText(Path.Combine(Folder, name, attribute)).Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
