using System.Text.Json;
using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Checking and showing configurations on the command line.</summary>
[TestClass]
public sealed class ConfigVerbTests
{
    [TestMethod]
    public async Task A_configuration_in_order_ends_with_0()
    {
        using var folder = Folder(out var file);
        var run = await CliRun.RunAsync("config", "check", file);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Output + run.Error);
        StringAssert.Contains(run.Error, "no errors");
    }

    [TestMethod]
    public async Task All_errors_are_told_at_once_with_place_and_field()
    {
        using var folder = Folder(out var file);
        File.AppendAllText(file, "replication: { interval: 1x, keep_source: many }\nnonsense: 1\n");
        var run = await CliRun.RunAsync("config", "check", file);
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        var errors = run.Output.Split('\n').Where(line => line.Length > 0 && !line.Contains("warning:", StringComparison.Ordinal)).ToList();
        Assert.HasCount(3, errors, run.Output);
        StringAssert.StartsWith(errors[0], $"{file}:10:26: replication.interval: ");
        StringAssert.Contains(run.Output, "replication.keep_source: ");
        StringAssert.Contains(run.Output, $"{file}:11:1: nonsense: ");
    }

    [TestMethod]
    public async Task Options_of_a_plugin_are_known()
    {
        using var folder = Folder(out var file);
        File.WriteAllText(file, File.ReadAllText(file).Replace("path: " + folder["data"], "pth: /x", StringComparison.Ordinal));
        var run = await CliRun.RunAsync("config", "check", file);
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        StringAssert.Contains(run.Output, "backends[dir].options.pth: plugin 'directory' has no such option. Did you mean 'path'?");
        StringAssert.Contains(run.Output, "backends[dir].options.path: is missing");
    }

    [TestMethod]
    public async Task A_limit_that_copies_of_an_installed_plugin_cannot_keep_is_told_and_is_no_error()
    {
        using var folder = Folder(out var file);
        File.AppendAllText(file, "services: [{ name: db, units: [dir:db], rpo_limit: 10s }]\n");
        var run = await CliRun.RunAsync("config", "check", file);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Output + run.Error);
        StringAssert.Contains(run.Output, "warning: services[db].rpo_limit: is 10 s, and a lost node may write until its lease of 10 s has ended");
    }

    [TestMethod]
    public async Task A_plugin_that_is_there_and_broken_is_told_as_such()
    {
        using var folder = Folder(out var file);
        File.WriteAllText(folder["plugins/directory/nodeagent.plugin.json"], "{");
        var run = await CliRun.RunAsync("config", "check", file);
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        StringAssert.Contains(run.Output, "backends[dir].plugin: plugin 'directory' cannot be loaded: ");
    }

    [TestMethod]
    public async Task A_plugin_that_is_not_there_is_told()
    {
        using var folder = Folder(out var file);
        Directory.Delete(folder["plugins"], recursive: true);
        var run = await CliRun.RunAsync("config", "check", file);
        StringAssert.Contains(run.Output, "no plugin 'directory' is installed");
    }

    [TestMethod]
    public async Task Nothing_is_started_by_a_check()
    {
        using var folder = Folder(out var file);
        _ = await CliRun.RunAsync("config", "check", file);
        Assert.IsFalse(Path.Exists(folder["state"]) || Path.Exists(folder["control.sock"]));
    }

    [TestMethod]
    public async Task Problems_can_be_json()
    {
        using var folder = Folder(out var file);
        File.AppendAllText(file, "nonsense: 1\n");
        var run = await CliRun.RunAsync("config", "check", file, "-o", "json");
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.IsFalse(json.RootElement.GetProperty("isValid").GetBoolean());
        var problem = json.RootElement.GetProperty("problems").EnumerateArray().Last();
        Assert.AreEqual("nonsense", problem.GetProperty("field").GetString());
        Assert.AreEqual(10, problem.GetProperty("line").GetInt32());
    }

    [TestMethod]
    public async Task Drop_ins_beside_the_file_count_and_their_origin_is_shown()
    {
        using var folder = Folder(out var file);
        Directory.CreateDirectory(folder["conf.d"]);
        File.WriteAllText(folder["conf.d/10.yaml"], "replication: { interval: 30s }\n");
        var run = await CliRun.RunAsync("config", "show", file, "--origin");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Output, $"replication.interval = 30s  # {folder["conf.d/10.yaml"]}:1\n");
        StringAssert.Contains(run.Output, "peers.port = 7400  # default\n");
        var plain = await CliRun.RunAsync("config", "show", file, "--conf-d", folder["none"]);
        StringAssert.Contains(plain.Output, "replication.interval = 1m\n");
    }

    [TestMethod]
    public async Task A_file_that_is_not_there_is_told()
    {
        var run = await CliRun.RunAsync("config", "check", "/nowhere/nodeagent.yaml");
        Assert.AreEqual(ExitCode.BadConfiguration, run.Code);
        StringAssert.Contains(run.Output, "/nowhere/nodeagent.yaml:1:1: (file): ");
    }

    private static TempFolder Folder(out string file)
    {
        var folder = new TempFolder();
        DirectoryPlugin.Install(folder["plugins"]);
        file = folder["nodeagent.yaml"];
        File.WriteAllText(file, DirectoryPlugin.Config(folder.Path));
        return folder;
    }
}
