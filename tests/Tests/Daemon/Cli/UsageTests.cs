using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Wrong command lines, errors and exit codes.</summary>
[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    [DataRow("")]
    [DataRow("volum")]
    [DataRow("volume")]
    [DataRow("volume creat db")]
    [DataRow("volume create")]
    [DataRow("volume create db --size 3q")]
    [DataRow("volume create db --every 5")]
    [DataRow("volume create db --kind disk")]
    [DataRow("volume create db --property")]
    [DataRow("volume create db extra")]
    [DataRow("volume expand db")]
    [DataRow("status --wach")]
    [DataRow("status a b")]
    [DataRow("status -o xml")]
    [DataRow("snapshot hold")]
    [DataRow("replication rebuild db")]
    [DataRow("replication set db --keep-source many")]
    [DataRow("cluster token --lifetime soon")]
    [DataRow("plugin verify")]
    [DataRow("completion fish")]
    [DataRow("config check a b")]
    [DataRow("--nonsense")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why_in_two_lines(string line)
    {
        var run = await CliRun.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.AreEqual(ExitCode.Usage, run.Code, run.Output + run.Error);
        Assert.AreEqual("", run.Output);
        var lines = run.Error.TrimEnd().Split('\n');
        Assert.HasCount(2, lines, run.Error);
        StringAssert.StartsWith(lines[0], "error: cannot understand 'nodeagent");
        StringAssert.StartsWith(lines[1], "hint: ");
        StringAssert.Contains(lines[1], "--help'");
        Assert.IsFalse(run.Error.Contains("System.", StringComparison.Ordinal) || run.Error.Contains("NodeAgent.", StringComparison.Ordinal), run.Error);
    }

    [TestMethod]
    [DataRow("volume create", "VOLUME is missing")]
    [DataRow("volume expand db", "--size is missing")]
    [DataRow("drive replace", "DRIVE is missing; --with is missing")]
    [DataRow("snapshot hold", "UNIT@SNAPSHOT is missing")]
    [DataRow("plugin verify", "DIR is missing")]
    public async Task What_is_missing_is_named(string line, string missing)
    {
        var run = await CliRun.RunAsync(line.Split(' '));
        Assert.AreEqual($"error: cannot understand 'nodeagent {string.Join(' ', line.Split(' ').Take(2))}': {missing}", run.Error.Split('\n')[0]);
    }

    [TestMethod]
    [DataRow("volum", "'volume'")]
    [DataRow("volume creat db", "'create'")]
    [DataRow("status --wach", "'--watch'")]
    [DataRow("snapshot rollback db@one --pln", "'--plan'")]
    [DataRow("-o jso status", "'json'")]
    public async Task A_near_miss_is_told(string line, string meant)
    {
        var run = await CliRun.RunAsync(line.Split(' '));
        StringAssert.Contains(run.Error, $"Did you mean {meant}?");
    }

    [TestMethod]
    public async Task A_usage_error_is_json_for_who_wants_json()
    {
        var run = await CliRun.RunAsync("volume", "create", "-o", "json");
        Assert.AreEqual(ExitCode.Usage, run.Code);
        using var json = JsonDocument.Parse(run.Error);
        Assert.AreEqual("invalidArgument", json.RootElement.GetProperty("code").GetString());
    }

    [TestMethod]
    public async Task The_help_of_the_root_lists_every_exit_code()
    {
        var run = await CliRun.RunAsync("--help");
        Assert.AreEqual(ExitCode.Ok, run.Code);
        foreach (var (code, meaning) in ExitCode.All)
        {
            StringAssert.Contains(run.Output, $"  {code,-4} {meaning}");
        }
    }

    [TestMethod]
    public async Task Every_verb_has_help_and_a_description()
    {
        foreach (var (path, verb) in CliTree.Verbs())
        {
            Assert.IsFalse(string.IsNullOrWhiteSpace(verb.Description), path);
            foreach (var option in verb.Options)
            {
                Assert.IsFalse(string.IsNullOrWhiteSpace(option.Description), $"{path} {option.Name}");
            }

            var run = await CliRun.RunAsync([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
            Assert.AreEqual(ExitCode.Ok, run.Code, path);
            StringAssert.Contains(run.Output, verb.Description);
        }
    }

    [TestMethod]
    public async Task An_agent_that_is_not_there_is_8_with_a_hint()
    {
        var run = await CliRun.RunAsync("status", "--socket", "/nowhere/socket");
        Assert.AreEqual(ExitCode.AgentUnreachable, run.Code);
        StringAssert.Contains(run.Error, "error: cannot reach the agent at /nowhere/socket: there is no such socket");
        StringAssert.Contains(run.Error, "hint: Is it running?");
    }

    [TestMethod]
    public async Task The_socket_can_come_from_the_environment()
    {
        var terminal = new CliTerminal { Variables = { ["NODEAGENT_SOCKET"] = "/elsewhere/socket" } };
        var run = await terminal.RunAsync(["status"]);
        StringAssert.Contains(run.Error, "/elsewhere/socket");
    }

    [TestMethod]
    [DataRow(FaultCode.PermissionDenied, ExitCode.NotPermitted)]
    [DataRow(FaultCode.TimedOut, ExitCode.OutcomeUnknown)]
    [DataRow(FaultCode.InvalidArgument, ExitCode.Usage)]
    [DataRow(FaultCode.NotWriter, ExitCode.Refused)]
    [DataRow(FaultCode.WouldLoseWrites, ExitCode.Refused)]
    [DataRow(FaultCode.InUse, ExitCode.Refused)]
    [DataRow(FaultCode.NotFound, ExitCode.Failed)]
    [DataRow(FaultCode.OutOfSpace, ExitCode.Failed)]
    public async Task A_fault_of_the_agent_has_its_exit_code(FaultCode code, int expected)
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Refusal = new Fault(code, "cannot pause db", "of a reason", "Mend it.", Retry.AfterFix) { Native = "tool said no" };
        var run = await agent.RunAsync("replication", "pause", "db");
        Assert.AreEqual(expected, run.Code);
        Assert.AreEqual("error: cannot pause db: of a reason (tool said no)\nhint: Mend it.\n", run.Error);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public async Task A_fault_is_json_on_standard_error_for_who_wants_json()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Refusal = new Fault(FaultCode.InUse, "cannot delete", "it's held", "Release it.", Retry.AfterFix);
        var run = await agent.RunAsync("snapshot", "delete", "db@one", "-o", "json");
        Assert.AreEqual("", run.Output);
        using var json = JsonDocument.Parse(run.Error);
        Assert.AreEqual("inUse", json.RootElement.GetProperty("code").GetString());
        StringAssert.Contains(run.Error, "it's held");
    }

    [TestMethod]
    [DataRow("db")]
    [DataRow("@one")]
    [DataRow("db@")]
    public async Task A_snapshot_needs_both_names(string target)
    {
        var run = await CliRun.RunAsync("snapshot", "create", target);
        Assert.AreEqual(ExitCode.Usage, run.Code);
        StringAssert.Contains(run.Error, "UNIT@SNAPSHOT");
    }

    [TestMethod]
    [DataRow("status")]
    [DataRow("volume list")]
    [DataRow("replication list")]
    [DataRow("operations")]
    [DataRow("cluster members")]
    [DataRow("plugin list")]
    [DataRow("snapshot list db")]
    [DataRow("version")]
    [DataRow("replication run db")]
    [DataRow("snapshot create db@one")]
    [DataRow("volume create db --size 1KiB")]
    public async Task Every_answer_can_be_json_and_yaml(string line)
    {
        await using var agent = await FakeAgent.StartAsync();
        var json = await agent.RunAsync([.. line.Split(' '), "-o", "json"]);
        Assert.AreEqual(ExitCode.Ok, json.Code, json.Error);
        using var document = JsonDocument.Parse(json.Output);
        Assert.AreNotEqual(JsonValueKind.Undefined, document.RootElement.ValueKind);
        var yaml = await agent.RunAsync([.. line.Split(' '), "--output", "yaml"]);
        var read = new YamlDotNet.Serialization.DeserializerBuilder().Build().Deserialize<object>(yaml.Output);
        Assert.IsNotNull(read);
    }
}
