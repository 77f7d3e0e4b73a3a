using System.Diagnostics;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>What a scenario gets: its nodes, the package under test, and a place for what it found.</summary>
public sealed class Stage(LabCluster cluster, string? package, string artifacts)
{
    private readonly long _began = Stopwatch.GetTimestamp();
    private readonly List<string> _notes = [];

    public LabCluster Cluster => cluster;

    /// <summary>The .deb to test, if one was given.</summary>
    public string? Package => package;

    public string Artifacts => artifacts;

    public long? Acknowledged { get; set; }

    public long? Lost { get; set; }

    public double? RtoSeconds { get; set; }

    public double? RpoSeconds { get; set; }

    /// <summary>Whether a second writer was ever seen. Null where the scenario does not look.</summary>
    public bool? SecondWriter { get; set; }

    public string Notes => string.Join("; ", _notes);

    public double Seconds => Stopwatch.GetElapsedTime(_began).TotalSeconds;

    public LabNode this[int number] => cluster[number];

    public void Note(string text)
    {
        _notes.Add(text);
        Say.Line("  " + text);
    }

    /// <summary>Says whether a bar of the issues was met; one that is missed fails the scenario, unless it is said why it cannot be judged here.</summary>
    /// <param name="what">What is measured.</param>
    /// <param name="seconds">The figure.</param>
    /// <param name="bar">The most it may be.</param>
    /// <param name="excuse">Why it cannot be judged; null if it can.</param>
    public void Judge(string what, double seconds, double bar, string? excuse)
    {
        var verdict = seconds <= bar ? "met" : excuse is null ? "MISSED" : $"not judged: {excuse}";
        Note(FormattableString.Invariant($"bar: {what} at most {bar:0.##} s: {seconds:F1} s, {verdict}"));
        Require(seconds <= bar || excuse is not null, FormattableString.Invariant($"{what} must take at most {bar:0.##} s and took {seconds:F1} s"));
    }

    public static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new LabFailure(otherwise);
        }
    }
}
