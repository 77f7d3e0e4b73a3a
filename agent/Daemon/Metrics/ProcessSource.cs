using System.Globalization;

namespace NodeAgent.Daemon.Metrics;

/// <summary>The five standard process metrics, from the kernel's own files.</summary>
internal sealed class ProcessSource : IMetricSource
{
    // User-visible clock ticks are 100 per second on every Linux this runs on.
    private const double TicksPerSecond = 100;
    private readonly double? startTime = ReadStartTime();
    private readonly double? maxDescriptors = ReadMaxDescriptors();

    public string Collector => "process";

    public void Collect(AgentMetrics metrics)
    {
        metrics.ProcessCpu.Follow(Environment.CpuUsage.TotalTime.TotalSeconds);
        metrics.ProcessResidentMemoryBytes.Set(Environment.WorkingSet);
        metrics.ProcessStartTime.Set(startTime);
        metrics.ProcessOpenFds.Set(Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        metrics.ProcessMaxFds.Set(maxDescriptors);
    }

    private static double? ReadStartTime()
    {
        // The name in field 2 may hold anything, so fields are counted after its closing bracket.
        var stat = ReadLines("/proc/self/stat").FirstOrDefault(string.Empty);
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var boot = ReadLines("/proc/stat").FirstOrDefault(l => l.StartsWith("btime ", StringComparison.Ordinal));
        return fields.Length > 19 && boot is not null ? Parse(boot[6..]) + (Parse(fields[19]) / TicksPerSecond) : null;
    }

    private static double? ReadMaxDescriptors()
    {
        const string title = "Max open files";
        var line = ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith(title, StringComparison.Ordinal));
        var soft = line?[title.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return soft == "unlimited" ? double.PositiveInfinity : Parse(soft);
    }

    private static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
