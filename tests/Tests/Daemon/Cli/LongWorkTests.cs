using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>Orders that take long: progress, detaching, operations.</summary>
[TestClass]
public sealed class LongWorkTests
{
    [TestMethod]
    public async Task Progress_goes_to_standard_error_of_a_terminal_only()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Status = Samples.Sending;
        var work = new TaskCompletionSource();
        agent.Work = work.Task;
        string[] words = ["replication", "run", "db", "--socket", agent.Socket];
        var watched = new CliTerminal { IsTerminal = true }.RunAsync(words);
        var piped = new CliTerminal().RunAsync(words);
        await Until.TrueAsync(() => agent.Orders.Count == 2);
        await Task.Delay(700);
        work.SetResult();
        StringAssert.Contains((await watched).Error, "n2 data [############------------]  50 %  512 MiB of 1 GiB");
        Assert.AreEqual("done\n", (await watched).Output);
        Assert.AreEqual("", (await piped).Error);
        Assert.AreEqual("done\n", (await piped).Output);
    }

    [TestMethod]
    public async Task An_interrupt_detaches_and_says_that_the_work_goes_on()
    {
        await using var agent = await FakeAgent.StartAsync();
        var work = new TaskCompletionSource();
        agent.Work = work.Task;
        using var interrupt = new CancellationTokenSource();
        var running = new CliTerminal().RunAsync(["replication", "run", "db", "--socket", agent.Socket], interrupt.Token);
        await Until.TrueAsync(() => !agent.Orders.IsEmpty);
        await interrupt.CancelAsync();
        var run = await running;
        work.SetResult();
        Assert.AreEqual(ExitCode.Interrupted, run.Code);
        StringAssert.Contains(run.Error, "the order goes on");
        StringAssert.Contains(run.Error, "nodeagent operations");
    }

    [TestMethod]
    public async Task Waiting_for_a_new_volume_waits_for_its_copies()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("volume", "create", "db", "--size", "1KiB", "--replicate-to", "n2,n3", "--wait");
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        CollectionAssert.AreEqual(new[] { "volumes", "replication/run" }, agent.Orders.Select(order => order.Path).ToArray());
        StringAssert.Contains(agent.Orders.First().Body, "[\"n2\",\"n3\"]");
    }

    [TestMethod]
    public async Task A_volume_without_copies_has_nothing_to_wait_for()
    {
        await using var agent = await FakeAgent.StartAsync();
        _ = await agent.RunAsync("volume", "create", "db", "--wait");
        Assert.AreEqual("volumes", agent.Orders.Single().Path);
    }

    [TestMethod]
    [DataRow(0.0, "[------------------------]   0 %")]
    [DataRow(0.5, "[############------------]  50 %")]
    [DataRow(1.7, "[########################] 100 %")]
    public void A_bar_shows_the_share(double share, string expected) => Assert.AreEqual(expected, ProgressLine.Bar(share));

    [TestMethod]
    public void A_bar_of_unknown_length_shows_no_number() => Assert.AreEqual("[........................]   - %", ProgressLine.Bar(null));

    [TestMethod]
    public void Nothing_that_is_sent_is_told_in_words() => Assert.AreEqual("replicating...", StreamFollow.Text(Samples.Healthy, "db"));

    [TestMethod]
    public async Task Operations_are_shown_with_their_progress_and_problems()
    {
        await using var agent = await FakeAgent.StartAsync();
        var open = new OperationLine("1", "replicate", "tank:db to n2", "send", Samples.Now.AddMinutes(-2), Samples.Now, null, 3, null, new StreamProgress("data", 1, 4));
        agent.Operations = new OperationsReport(
            Samples.Now,
            [open, open with { Subject = "tank:db to n3", Progress = null, Fault = "cannot reach n3" }],
            [open with { Kind = "delete-volume", EndedAt = Samples.Now.AddMinutes(-1), Progress = null }, open with { EndedAt = Samples.Now, Fault = "no space", Progress = null }]);
        var run = await agent.RunAsync("operations");
        Golden.Check("operations.txt", run.Output);
    }

    [TestMethod]
    public async Task No_operations_are_told_in_words_and_as_empty_lists()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("operations");
        Assert.AreEqual("", run.Output);
        StringAssert.Contains(run.Error, "No operation is open");
        StringAssert.Contains((await agent.RunAsync("operations", "-o", "json")).Output, "\"open\": []");
    }

    [TestMethod]
    public async Task A_token_alone_is_on_standard_output()
    {
        await using var agent = await FakeAgent.StartAsync();
        Assert.AreEqual("na1-secret\n", (await agent.RunAsync("cluster", "token")).Output);
    }

    [TestMethod]
    public async Task A_join_token_can_come_from_standard_input()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await new CliTerminal { Input = " na1-abc \n" }.RunAsync(["cluster", "join", "--socket", agent.Socket]);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Contains(agent.Orders.Single().Body, "\"na1-abc\"");
    }

    [TestMethod]
    public async Task At_a_terminal_a_join_without_token_does_not_wait_for_one()
    {
        var run = await new CliTerminal { IsTerminal = true }.RunAsync(["cluster", "join", "--socket", "/nowhere"]);
        Assert.AreEqual(ExitCode.Usage, run.Code);
        StringAssert.Contains(run.Error, "no token was given");
    }

    [TestMethod]
    public async Task Another_version_of_the_agent_is_told()
    {
        await using var agent = await FakeAgent.StartAsync();
        agent.Self = Samples.Self with { Version = "0.0.1" };
        var run = await agent.RunAsync("version");
        StringAssert.Contains(run.Output, "agent     0.0.1");
        StringAssert.Contains(run.Error, "systemctl restart nodeagent");
    }

    [TestMethod]
    public async Task The_version_needs_no_agent()
    {
        var run = await CliRun.RunAsync("version", "--socket", "/nowhere");
        Assert.AreEqual(ExitCode.Ok, run.Code);
        StringAssert.Contains(run.Output, "agent     -");
        StringAssert.Contains(run.Output, $"contract  {ContractVersion.Major}.{ContractVersion.Minor}");
    }
}
