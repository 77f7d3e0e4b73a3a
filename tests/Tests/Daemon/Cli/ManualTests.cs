using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Cli.Completion;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>The manual and the completion know every verb and option.</summary>
[TestClass]
public sealed class ManualTests
{
    private static readonly string Manual = File.ReadAllText(Path.Combine(Golden.Root(), "packaging", "man", "nodeagent.8"));

    [TestMethod]
    public void The_manual_has_every_verb_and_option()
    {
        var text = Manual.Replace("\\-", "-", StringComparison.Ordinal);
        var missing = new List<string>();
        foreach (var (path, verb) in CliTree.Verbs().Where(entry => entry.Path.Length > 0))
        {
            var at = text.IndexOf($".B nodeagent {path}\n", StringComparison.Ordinal);
            if (verb.Subcommands.Count == 0 && at < 0)
            {
                missing.Add(path);
                continue;
            }

            var part = at < 0 ? "" : text[at..End(text, at)];
            missing.AddRange(verb.Options.Where(option => !part.Contains(option.Name, StringComparison.Ordinal)).Select(option => $"{path} {option.Name}"));
        }

        missing.AddRange(CliTree.Root().Options.Where(option => !text.Contains($"\n.B {option.Name}", StringComparison.Ordinal)).Select(option => option.Name));
        Assert.AreEqual("", string.Join(", ", missing));
    }

    [TestMethod]
    public void The_manual_has_every_exit_code()
    {
        foreach (var (code, meaning) in ExitCode.All)
        {
            StringAssert.Contains(Manual, $".B {code}\n{meaning.Replace("-", "\\-", StringComparison.Ordinal)}\n");
        }
    }

    [TestMethod]
    [DataRow("FILES")]
    [DataRow("ENVIRONMENT")]
    [DataRow("EXAMPLES")]
    [DataRow("EXIT STATUS")]
    [DataRow("SEE ALSO")]
    public void The_manual_has_its_sections(string section) => StringAssert.Contains(Manual, $".SH {section}\n");

    [TestMethod]
    public void The_packaged_completion_is_the_one_that_the_program_makes()
    {
        var file = Path.Combine(Golden.Root(), "packaging", "completion", "nodeagent");
        var made = BashScript.Make(CliTree.Root());
        if (Environment.GetEnvironmentVariable("NODEAGENT_ACCEPT_GOLDEN") == "1")
        {
            File.WriteAllText(file, made);
        }

        Assert.AreEqual(made, File.ReadAllText(file), "'nodeagent completion bash > packaging/completion/nodeagent' makes it anew");
    }

    [TestMethod]
    public async Task The_completion_has_every_verb_and_option()
    {
        var script = (await CliRun.RunAsync("completion", "bash")).Output;
        foreach (var (path, verb) in CliTree.Verbs())
        {
            StringAssert.Contains(script, $"'{path}') words=");
            foreach (var option in verb.Options)
            {
                StringAssert.Contains(script, option.Name);
            }
        }
    }

    [TestMethod]
    [DataRow("nodeagent vol", "volume")]
    [DataRow("nodeagent volume cr", "create")]
    [DataRow("nodeagent volume create db --siz", "--size")]
    [DataRow("nodeagent -o ", "table json yaml")]
    [DataRow("nodeagent status --output j", "json")]
    [DataRow("nodeagent replication pause ", "db")]
    [DataRow("nodeagent replication rebuild db --peer ", "n1 n2 n3")]
    [DataRow("nodeagent snapshot hold d", "db@")]
    [DataRow("nodeagent snapshot hold db@o", "one")]
    [DataRow("nodeagent volume delete db", "db/data db/logs")]
    [DataRow("nodeagent service move ", "db mail shop")]
    [DataRow("nodeagent volume resolve db --keep ", "n1 n2 n3")]
    [DataRow("nodeagent completion ", "bash")]
    public async Task Bash_completes(string typed, string expected)
    {
        await using var agent = await FakeAgent.StartAsync();
        Assert.AreEqual(expected, await BashCompletion.CompleteAsync(typed, agent));
    }

    private static int End(string text, int at)
    {
        var next = text.IndexOf("\n.B nodeagent ", at + 1, StringComparison.Ordinal);
        var section = text.IndexOf("\n.SH ", at + 1, StringComparison.Ordinal);
        return Math.Min(next < 0 ? text.Length : next, section < 0 ? text.Length : section);
    }
}
