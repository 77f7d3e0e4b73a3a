using System.Text.RegularExpressions;

namespace NodeAgent.Tests.Architecture;

/// <summary>Style that no analyzer knows. What is older than a rule stands in a list that may only get shorter.</summary>
[TestClass]
public sealed partial class TidyTests
{
    private const int MostLines = 400;
    // Plugins that misbehave on purpose are C# strings there.
    private const string Misbehaving = "tests/Tests/Daemon/Plugins/";
    private static readonly string[] BadNames = ["Manager", "Helper", "Util", "Utils", "Impl", "Processor"];

    [TestMethod]
    public void No_file_is_longer_than_four_hundred_lines()
    {
        var long_ = Repository.Sources("agent", "plugins", "tests").Select(file => (File: Repository.Short(file), Lines: File.ReadLines(file).Count()))
            .Where(entry => entry.Lines > MostLines).Select(entry => $"{entry.File}: {entry.Lines}").ToList();
        Assert.IsEmpty(long_, string.Join(Environment.NewLine, long_));
    }

    [TestMethod]
    public void The_median_file_of_the_agent_is_short()
    {
        var lines = Repository.Sources("agent", "plugins").Select(file => File.ReadLines(file).Count()).Order().ToList();
        Assert.IsLessThan(70, lines[lines.Count / 2]);
    }

    [TestMethod]
    public void No_type_is_named_after_nothing()
    {
        var bad = Repository.Sources("agent", "plugins", "tests").Where(file => BadNames.Any(name =>
            Path.GetFileNameWithoutExtension(file).EndsWith(name, StringComparison.Ordinal))).Select(Repository.Short).ToList();
        Assert.IsEmpty(bad, string.Join(", ", bad));
    }

    [TestMethod]
    public void Nothing_is_put_off()
    {
        var left = Repository.Sources("agent", "plugins", "tests").Where(file => !file.EndsWith("TidyTests.cs", StringComparison.Ordinal))
            .Where(file => PutOff().IsMatch(File.ReadAllText(file))).Select(Repository.Short)
            .Where(file => !file.StartsWith(Misbehaving, StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(left, string.Join(", ", left));
    }

    [TestMethod]
    public void Nobody_sleeps()
    {
        var sleepers = Repository.Sources("agent", "plugins", "tests/Tests").Where(file => !file.EndsWith("TidyTests.cs", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("Thread.Sleep(", StringComparison.Ordinal)).Select(Repository.Short)
            .Where(file => !file.StartsWith(Misbehaving, StringComparison.Ordinal)).ToList();
        Assert.IsEmpty(sleepers, string.Join(", ", sleepers));
    }

    [TestMethod]
    public void Every_suppressed_rule_says_why()
    {
        var silent = Repository.Sources("agent", "plugins").SelectMany(file => File.ReadLines(file)
            .Select((line, index) => (File: Repository.Short(file), Line: index + 1, Text: line)))
            .Where(entry => entry.Text.Contains("#pragma warning disable", StringComparison.Ordinal) && !entry.Text.Contains("//", StringComparison.Ordinal))
            .Select(entry => $"{entry.File}:{entry.Line}").ToList();
        Assert.IsEmpty(silent, string.Join(Environment.NewLine, silent));
    }

    [TestMethod]
    public void No_machine_and_no_registry_is_named()
    {
        var named = new[] { "agent", "plugins", "tests", "packaging", "systemd", "build", ".ci" }
            .Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.EndsWith("TidyTests.cs", StringComparison.Ordinal) && new FileInfo(file).Length < 1_000_000)
            .Where(file => Machine().IsMatch(File.ReadAllText(file))).Select(Repository.Short).ToList();
        Assert.IsEmpty(named, string.Join(", ", named));
    }

    [TestMethod]
    public void Types_that_the_readmes_name_exist()
    {
        var types = Repository.Sources("agent", "plugins", "tests").Select(Path.GetFileNameWithoutExtension).ToHashSet();
        var missing = new[] { "README.md", "agent/README.md" }.Select(name => Path.Combine(Repository.Root, name))
            .SelectMany(file => CodeFile().Matches(File.ReadAllText(file)).Select(match => match.Groups["name"].Value))
            .Where(name => !types.Contains(name)).Distinct().ToList();
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PutOff();

    [GeneratedRegex(@"(^|[^a-zA-Z])/(work|farm)/(main|wt|shared)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Machine();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z]+)\.cs`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodeFile();
}
