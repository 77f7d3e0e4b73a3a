using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Rehearsal.Plans;
using NodeAgent.Tests.Architecture;

namespace NodeAgent.Tests.Stories;

/// <summary>The stories that lie beside this file.</summary>
internal static class StoryFiles
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Tests", "Stories");

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static string Source(string name) => Path.Combine(Folder, name + ".yaml");

    public static string Expected(string name) => Path.Combine(Folder, name + ".txt");

    public static RehearsalPlan Plan(string name)
    {
        var reading = RehearsalFile.Read(Source(name));
        Assert.IsNotNull(reading.Plan, string.Join('\n', reading.Problems));
        return reading.Plan;
    }
}
