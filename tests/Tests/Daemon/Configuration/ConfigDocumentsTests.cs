using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Tests.Daemon.Configuration;

[TestClass]
public sealed class ConfigDocumentsTests
{
    [TestMethod]
    public void The_manual_page_is_current()
    {
        Current("packaging/man/nodeagent.yaml.5", ReferenceText.Renew);
    }

    [TestMethod]
    public void The_manual_page_of_rehearsals_is_current()
    {
        Current("packaging/man/nodeagent-simulate.5", ReferenceText.RenewRehearsal);
    }

    [TestMethod]
    public void The_installed_file_is_current()
    {
        Current("packaging/nodeagent.yaml", _ => SampleText.Write());
    }

    [TestMethod]
    public void The_installed_file_as_it_is_gives_defaults_without_a_word()
    {
        var reading = ConfigFiles.ReadText(SampleText.Write());

        Assert.IsEmpty(reading.Problems);
        Assert.IsTrue(reading.Lines.All(line => line.Place is null));
    }

    [TestMethod]
    public void The_installed_file_with_all_comments_taken_away_is_valid_and_sets_every_field()
    {
        var body = SampleText.Write().Split("\n\n", 2)[1];
        var text = string.Join('\n', body.Split('\n').Select(line => line.StartsWith('#') ? line[1..] : line));

        var reading = ConfigFiles.ReadText(text);

        // Its example of a slow watchdog needs a larger limit than the default.
        Assert.AreEqual("services[db].rpo_limit", string.Join(' ', reading.Problems.Select(problem => problem.Field)), string.Join('\n', reading.Problems));
        Assert.IsNotNull(reading.Config, string.Join('\n', reading.Problems));
        Assert.IsFalse(reading.Lines.Any(line => line.Place is null), string.Join('\n', reading.Lines));
    }

    private static void Current(string path, Func<string, string> write)
    {
        var file = Path.Combine(Root(), path);
        var now = File.ReadAllText(file);
        var wanted = write(now);
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, wanted);
            now = wanted;
        }

        Assert.AreEqual(wanted, now, $"{path} is not what the schema says; UPDATE_DOCS=1 rewrites it");
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NodeAgent.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No NodeAgent.sln above the tests.");
        }

        return folder;
    }
}
