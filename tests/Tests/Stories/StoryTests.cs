using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Daemon.Cli;

namespace NodeAgent.Tests.Stories;

/// <summary>Every story ends as the file beside it says. UPDATE_DOCS=1 writes these anew: read the difference, and judge it.</summary>
[TestClass]
public sealed class StoryTests
{
    // Two faults at once that nobody can see. Everything else keeps every promise.
    private static readonly string[] Breaking = ["the-watchdog-lies"];

    public static IEnumerable<object[]> All => StoryFiles.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(All))]
    public async Task A_story_ends_as_it_is_told(string name)
    {
        var run = await CliRun.RunAsync("simulate", StoryFiles.Source(name));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            await File.WriteAllTextAsync(StoryFiles.Expected(name), run.Output);
        }

        Assert.AreEqual(Breaking.Contains(name) ? ExitCode.Failed : ExitCode.Ok, run.Code, run.Error + run.Output);
        Assert.AreEqual(await File.ReadAllTextAsync(StoryFiles.Expected(name)), run.Output, $"{name} ends otherwise. UPDATE_DOCS=1 accepts that.");
    }

    [TestMethod]
    [DynamicData(nameof(All))]
    public async Task A_story_says_what_happens_and_why(string name)
    {
        var lines = await File.ReadAllLinesAsync(StoryFiles.Source(name));
        var told = string.Join(' ', lines.TakeWhile(line => line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line[2..]));
        Assert.IsGreaterThanOrEqualTo(2, told.Count(letter => letter is '.' or ':'), $"{name} begins with: {told}");
    }

    [TestMethod]
    public void There_are_enough_and_none_is_without_its_end()
    {
        Assert.IsGreaterThanOrEqualTo(45, StoryFiles.Names.Count);
        CollectionAssert.AreEqual(
            StoryFiles.Names.ToList(),
            Directory.EnumerateFiles(StoryFiles.Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal).ToList());
    }
}
