using System.Diagnostics;

namespace NodeAgent.Lab.Host;

/// <summary>Progress for people, on stderr, with the seconds since the start.</summary>
public static class Say
{
    private static readonly long Began = Stopwatch.GetTimestamp();

    public static void Line(string text) =>
        Console.Error.WriteLine($"[{Stopwatch.GetElapsedTime(Began).TotalSeconds,6:F1}] {text}");
}
