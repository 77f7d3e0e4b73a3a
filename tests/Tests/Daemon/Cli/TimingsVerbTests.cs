using NodeAgent.Daemon.Cli;

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
    public async Task What_cannot_be_safe_is_refused_with_the_rule_that_fails()
    {
        var run = await CliRun.RunAsync(["timings", "--device", "5m"]);
        Assert.AreNotEqual(ExitCode.Ok, run.Code);
        StringAssert.Contains(run.Error, "within the stall tolerance");
        Assert.AreEqual("", run.Output);
    }
}
