using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

[TestClass]
public sealed class TimingsVerbTests
{
    [TestMethod]
    public async Task The_argument_is_shown_with_its_numbers()
    {
        var run = await CliRun.RunAsync(["timings", "--stall", "2s"]);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(run.Output, "the lease ends in the store");
        StringAssert.Contains(run.Output, "6 s");
        Assert.DoesNotContain("NO", run.Output);
    }

    [TestMethod]
    public async Task Machines_get_seconds()
    {
        var run = await CliRun.RunAsync(["timings", "-o", "json"]);
        StringAssert.Contains(run.Output, "\"seconds\": 9.5");
        StringAssert.Contains(run.Output, "\"holds\": true");
    }

    [TestMethod]
    [DataRow("4s", "must be back within 90 s")]
    [DataRow("40s", "must be back within 70 s")]
    public async Task It_is_told_how_long_an_agent_that_is_replaced_may_be_away(string stall, string told) =>
        StringAssert.Contains((await CliRun.RunAsync(["timings", "--stall", stall])).Output, told);

    [TestMethod]
    public async Task The_numbers_of_this_nodes_configuration_count_and_are_named()
    {
        using var folder = new TempFolder();
        var file = folder["nodeagent.yaml"];
        await File.WriteAllTextAsync(file, "node: { name: n1 }\nfailover: { stall: 8s, device: 72s }\n");
        var run = await CliRun.RunAsync(["timings", "--config", file]);
        StringAssert.Contains(run.Output, $"A stall tolerance of 8 s and a watchdog of 72 s, from {file}.");
        StringAssert.Contains((await CliRun.RunAsync(["timings", "--config", file, "--device", "8s"])).Output, $"a watchdog of 8 s, from the command line and {file}.");
        StringAssert.Contains((await CliRun.RunAsync(["timings", "--config", file, "--stall", "6s"])).Output, "A stall tolerance of 6 s and a watchdog of 6 s, from the command line.");
    }

    [TestMethod]
    [DataRow("failover: { stall: 59s, device: 1s }", "the watchdog outlasts the guard's own pauses")]
    [DataRow("failover: { stall: soon }", "'soon' is not a duration")]
    [DataRow("failover: { device: [1s] }", "nodeagent.yaml:2")]
    [DataRow("failover: {", "nodeagent.yaml")]
    public async Task A_configuration_that_cannot_be_safe_or_read_is_refused(string failover, string told)
    {
        using var folder = new TempFolder();
        var file = folder["nodeagent.yaml"];
        await File.WriteAllTextAsync(file, $"node: {{ name: n1 }}\n{failover}\n");
        var run = await CliRun.RunAsync(["timings", "--config", file]);
        Assert.AreNotEqual(ExitCode.Ok, run.Code);
        StringAssert.Contains(run.Error, told);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public async Task What_cannot_be_safe_is_refused_with_the_rule_that_fails()
    {
        var run = await CliRun.RunAsync(["timings", "--device", "5m"]);
        Assert.AreNotEqual(ExitCode.Ok, run.Code);
        StringAssert.Contains(run.Error, "within four stall tolerances");
        Assert.AreEqual("", run.Output);
    }
}
