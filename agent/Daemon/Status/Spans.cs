using System.Globalization;

namespace NodeAgent.Daemon.Status;

/// <summary>Spans and sizes for people.</summary>
public static class Spans
{
    private const int Step = 1024;
    private static readonly string[] SizeUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>"0.4 s", "42 s", "60 s" as "1 m", "3 m 20 s", "5 h 2 m", "12 d".</summary>
    public static string Short(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s"),
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => span.Seconds == 0 ? $"{(int)span.TotalMinutes} m" : $"{(int)span.TotalMinutes} m {span.Seconds} s",
        { TotalDays: < 2 } => span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} m",
        _ => $"{(int)span.TotalDays} d",
    };

    /// <summary>"512 B", "1.5 GiB".</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= Step && unit < SizeUnits.Length - 1)
        {
            value /= Step;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {SizeUnits[unit]}");
    }
}
