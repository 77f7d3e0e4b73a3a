using System.Text.Json;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Tests.Daemon.Plugins.Authoring;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Plugins on the command line.</summary>
[TestClass]
public sealed class PluginVerbTests
{
    [TestMethod]
    public async Task A_good_plugin_is_verified_without_an_agent()
    {
        using var folder = new TempFolder();
        var run = await CliRun.RunAsync("plugin", "verify", DirectoryPlugin.Install(folder.Path));
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Output + run.Error);
        StringAssert.Contains(run.Output, "0 failed");
        StringAssert.Contains(run.Output, "Run again with --live.");
    }

    [TestMethod]
    public async Task Live_runs_the_kit_on_the_backend()
    {
        using var folder = new TempFolder();
        var plugin = DirectoryPlugin.Install(folder.Path);
        var run = await CliRun.RunAsync("plugin", "verify", plugin, "--live", "--check", "create_is_idempotent", "--check", "stop_start_stop");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Output + run.Error);
        StringAssert.Contains(run.Output, "create_is_idempotent");
        StringAssert.Contains(run.Output, "stop_start_stop");
        Assert.AreEqual("", run.Error);
    }

    [TestMethod]
    public async Task A_plugin_that_fails_ends_with_1_and_says_why()
    {
        using var folder = new TempFolder();
        var plugin = DirectoryPlugin.Install(folder.Path);
        File.Delete(Directory.GetFiles(plugin, "*.dll").Single());
        var run = await CliRun.RunAsync("plugin", "verify", plugin, "-o", "json");
        Assert.AreEqual(ExitCode.Failed, run.Code);
        using var json = JsonDocument.Parse(run.Output);
        Assert.IsFalse(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.IsTrue(json.RootElement.GetProperty("lines").EnumerateArray().Any(line => line.GetProperty("result").GetString() == "failed"));
    }

    [TestMethod]
    public async Task Wrong_options_and_checks_are_told_before_anything_runs()
    {
        using var folder = new TempFolder();
        var plugin = DirectoryPlugin.Install(folder.Path);
        var option = await CliRun.RunAsync("plugin", "verify", plugin, "--live", "--option", "pth={folder}");
        Assert.AreEqual(ExitCode.Failed, option.Code);
        StringAssert.Contains(option.Output, "no option 'pth'");
        var check = await CliRun.RunAsync("plugin", "verify", plugin, "--live", "--check", "nosuch");
        StringAssert.Contains(check.Output, "the kit has no check 'nosuch'");
        Assert.AreEqual(ExitCode.Usage, (await CliRun.RunAsync("plugin", "verify", plugin, "--option", "novalue")).Code);
    }

    [TestMethod]
    public async Task No_such_folder_is_told()
    {
        var run = await CliRun.RunAsync("plugin", "verify", "/nowhere");
        Assert.AreEqual(ExitCode.Failed, run.Code);
        StringAssert.Contains(run.Error, "there is no such folder");
    }

    [TestMethod]
    [DataRow("{folder}", "a", "/scratch/a")]
    [DataRow("tank/{storage}", "b", "tank/b")]
    [DataRow("tank/check", "b", "tank/check/b")]
    [DataRow("/check/", "a", "/check/a")]
    [DataRow("word", "a", "word")]
    public void The_two_storages_share_nothing(string given, string storage, string expected) =>
        Assert.AreEqual(expected, KitRun.Fill(new Dictionary<string, string> { ["root"] = given }, storage, $"/scratch/{storage}")["root"]);

    [TestMethod]
    public async Task A_new_plugin_is_written_where_asked_and_not_twice()
    {
        using var folder = new TempFolder();
        var feed = PluginScaffoldTests.Packages(folder["feed"]);
        var run = await CliRun.RunAsync("plugin", "new", "my-disk", "--dir", folder["mine"], "--packages", feed);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        Assert.IsTrue(File.Exists(folder["mine/src/nodeagent.plugin.json"]));
        var again = await CliRun.RunAsync("plugin", "new", "my-disk", "--dir", folder["mine"], "--packages", feed);
        Assert.AreEqual(ExitCode.Failed, again.Code);
        StringAssert.Contains(again.Error, "not empty");
    }

    [TestMethod]
    public async Task A_bad_name_for_a_plugin_is_a_usage_error() =>
        Assert.AreEqual(ExitCode.Usage, (await CliRun.RunAsync("plugin", "new", "My Disk")).Code);

    [TestMethod]
    public async Task A_release_is_ordered_by_name()
    {
        await using var agent = await FakeAgent.StartAsync();
        _ = await agent.RunAsync("plugin", "release", "zfs");
        Assert.AreEqual(("plugins/release", "{\"name\":\"zfs\"}"), agent.Orders.Single());
    }

    [TestMethod]
    public async Task A_restart_and_another_version_are_ordered_by_name()
    {
        await using var agent = await FakeAgent.StartAsync();
        _ = await agent.RunAsync("plugin", "restart", "tank");
        _ = await agent.RunAsync("plugin", "use", "zfs", "1.2.0");
        CollectionAssert.AreEqual(
            new[] { ("plugins/restart", "{\"name\":\"tank\"}"), ("plugins/use", "{\"plugin\":\"zfs\",\"version\":\"1.2.0\"}") }, agent.Orders.ToArray());
    }
}
