using System.Globalization;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>/proc/drbd of 8.4. Only for what is told nowhere else, and only for people.</summary>
internal static class Overview
{
    // " 0: cs:StandAlone ro:Secondary/Unknown ds:UpToDate/DUnknown   r-----", then "    ns:0 nr:0 … oos:76" in KiB.
    private const string Key = "oos:";

    /// <summary>What a device's two copies differ in, as this node counts; null if that is not told.</summary>
    public static long? OutOfSyncBytes(string? text, int minor)
    {
        var lines = (text ?? "").Split('\n', StringSplitOptions.TrimEntries);
        var at = Array.FindIndex(lines, line => line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{minor}: cs:"), StringComparison.Ordinal));
        var counts = at >= 0 && at + 1 < lines.Length ? lines[at + 1].Split(' ') : [];
        return Array.Find(counts, word => word.StartsWith(Key, StringComparison.Ordinal)) is { } word
            && long.TryParse(word.AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) && kibibytes < long.MaxValue / 1024
            ? kibibytes * 1024 : null;
    }
}
