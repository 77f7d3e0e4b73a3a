using System.Globalization;
using NodeAgent.Plugins.LinstorBackend.Choices;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>/proc/drbd of 8.4. Only for what is told nowhere else, and only for people.</summary>
internal static class Overview
{
    // " 0: cs:StandAlone ro:Secondary/Unknown ds:UpToDate/DUnknown   r-----", then "    ns:0 nr:0 … oos:76" in KiB, and while the
    // copies are compared "	[====>...............] verified: 24.5% (780/1024)M".
    private const string Key = "oos:";
    private const string Verified = "verified:";

    /// <summary>What a device's two copies differ in, as this node counts; null if that is not told.</summary>
    public static long? OutOfSyncBytes(string? text, int minor) =>
        Array.Find(Lines(text, minor).ElementAtOrDefault(1)?.Split(' ') ?? [], word => word.StartsWith(Key, StringComparison.Ordinal)) is { } word
            && long.TryParse(word.AsSpan(Key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes) && kibibytes < long.MaxValue / 1024
            ? kibibytes * 1024 : null;

    /// <summary>How much of a device's two copies was compared by what is under way, 0 to 1; null if that is not told.</summary>
    public static decimal? Compared(string? text, int minor) =>
        Lines(text, minor).Find(line => line.Contains(Verified, StringComparison.Ordinal)) is { } line
            ? ToldNumbers.Percent(line[(line.IndexOf(Verified, StringComparison.Ordinal) + Verified.Length)..].Split('%')[0].Trim()) : null;

    // From the device's own line to the next one's.
    private static List<string> Lines(string? text, int minor)
    {
        var lines = (text ?? "").Split('\n', StringSplitOptions.TrimEntries).ToList();
        var at = lines.FindIndex(line => line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{minor}: cs:"), StringComparison.Ordinal));
        return at < 0 ? [] : [lines[at], .. lines.Skip(at + 1).TakeWhile(line => !line.Contains(": cs:", StringComparison.Ordinal))];
    }
}
