using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>LINSTOR counts KiB and rounds up.</summary>
internal static class Sizes
{
    // An LVM extent and what DRBD keeps beside the data, for each new GiB.
    private const long ExtentKib = 8 << 10;
    private const long MetadataShare = 1024;

    public static long Kib(long bytes) => (bytes / 1024) + (bytes % 1024 == 0 ? 0 : 1);

    /// <summary>What a copy's pool must have left for a copy to grow by this.</summary>
    public static long Needed(long growthKib) => growthKib + (growthKib / MetadataShare) + ExtentKib;

    /// <summary>Whether a device is what was asked for, rounded up.</summary>
    public static bool IsRounded(long asked, long actual) => actual >= asked && actual - asked <= Needed(asked / 1024 / MetadataShare) * 1024 * 4;

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
