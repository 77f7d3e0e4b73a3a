using System.Globalization;

namespace NodeAgent.Linux.Disks;

/// <summary>Reads /proc/diskstats. It never waits for a disk. Source: the kernel's Documentation/admin-guide/iostats.rst.</summary>
public static class DiskCounts
{
    private const string Path = "/proc/diskstats";
    private const int NameAt = 2;
    private const int WaitingAt = 11;

    // Reads, writes; discards since kernel 4.18, flushes since 5.5.
    private static readonly int[] EndedAt = [3, 7, 14, 18];

    /// <summary>All block devices by the kernel's name, such as sda1 or dm-0; empty if the kernel does not tell.</summary>
    public static IReadOnlyDictionary<string, DiskCount> Read() =>
        File.Exists(Path) ? Parse(File.ReadAllText(Path)) : new Dictionary<string, DiskCount>();

    /// <summary>The kernel's name of a device that a path leads to; null if none is there.</summary>
    public static string? NameOf(string path)
    {
        try
        {
            return File.Exists(path) ? System.IO.Path.GetFileName(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    internal static IReadOnlyDictionary<string, DiskCount> Parse(string text)
    {
        var counts = new Dictionary<string, DiskCount>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > WaitingAt && Number(fields[WaitingAt]) is { } waiting)
            {
                counts[fields[NameAt]] = new DiskCount(EndedAt.Where(at => at < fields.Length).Sum(at => Number(fields[at]) ?? 0), waiting);
            }
        }

        return counts;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
