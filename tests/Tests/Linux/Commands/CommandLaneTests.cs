using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Commands;

[TestClass]
public sealed class CommandLaneTests : IDisposable
{
    private readonly TempFolder tools = new();
    private readonly CommandRunner runner;

    public CommandLaneTests() =>
        runner = new CommandRunner(new CommandRunnerOptions { ExtraFolders = [tools.Path] }, TimeProvider.System);

    public void Dispose() => tools.Dispose();

    [TestMethod]
    public async Task Commands_of_one_lane_run_one_at_a_time_in_order()
    {
        _ = tools.Script("step", $"mkdir {tools["inside"]} || exit 9; echo $1 >> {tools["order"]}; rmdir {tools["inside"]}");
        var runs = new List<Task<Outcome<CommandResult>>>();
        for (var i = 0; i < 30; i++)
        {
            runs.Add(runner.RunAsync(new Command("step", [$"{i}"]) { Lane = "a" }, default));
        }

        foreach (var result in await Task.WhenAll(runs))
        {
            Assert.AreEqual(0, result.Value.ExitCode, result.Value.ErrorOutput);
        }

        var order = (await File.ReadAllLinesAsync(tools["order"])).Select(int.Parse).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(0, 30).ToList(), order);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Different_lanes_do_not_wait_for_each_other()
    {
        _ = tools.Script("meet", $"touch {tools.Path}/$1; while [ ! -e {tools.Path}/$2 ]; do sleep 0.01; done");
        var results = await Task.WhenAll(
            runner.RunAsync(new Command("meet", ["x", "y"]) { Lane = "a" }, default),
            runner.RunAsync(new Command("meet", ["y", "x"]) { Lane = "b" }, default));
        Assert.IsTrue(results.All(result => result.Value.ExitCode == 0));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Commands_without_lane_do_not_wait_for_each_other()
    {
        _ = tools.Script("meet", $"touch {tools.Path}/$1; while [ ! -e {tools.Path}/$2 ]; do sleep 0.01; done");
        var results = await Task.WhenAll(
            runner.RunAsync(new Command("meet", ["x", "y"]), default),
            runner.RunAsync(new Command("meet", ["y", "x"]), default));
        Assert.IsTrue(results.All(result => result.Value.ExitCode == 0));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Who_gives_up_waiting_does_not_hold_up_the_next()
    {
        _ = tools.Script("hold", $"touch {tools["held"]}; while [ ! -e {tools["go"]} ]; do sleep 0.01; done");
        using var impatient = new CancellationTokenSource();
        var first = runner.RunAsync(new Command("hold", []) { Lane = "a" }, default);
        await Until.TrueAsync(() => File.Exists(tools["held"]));
        var second = runner.RunAsync(new Command("true", []) { Lane = "a" }, impatient.Token);
        var third = runner.RunAsync(new Command("true", []) { Lane = "a" }, default);
        await impatient.CancelAsync();
        _ = await Assert.ThrowsAsync<OperationCanceledException>(() => second);
        await File.WriteAllTextAsync(tools["go"], "");
        Assert.IsTrue((await first).IsOk);
        Assert.IsTrue((await third).IsOk);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_command_that_could_not_start_leaves_its_lane()
    {
        await File.WriteAllTextAsync(tools.Script("odd", ""), "#!/no/such/interpreter\n");
        Assert.IsFalse((await runner.RunAsync(new Command("odd", []) { Lane = "a" }, default)).IsOk);
        Assert.IsFalse((await runner.RunAsync(new Command("missing", []) { Lane = "a" }, default)).IsOk);
        Assert.IsTrue((await runner.RunAsync(new Command("true", []) { Lane = "a" }, default)).IsOk);
    }

    [TestMethod]
    public async Task A_plugin_runs_only_what_its_manifest_lists()
    {
        var watching = new Watching();
        var restricted = new CommandRunner(new CommandRunnerOptions(), new ManualTimeProvider(), watching).Restrict(["true", "zfs"]);
        Assert.IsTrue((await restricted.RunAsync(new Command("true", []), default)).IsOk);
        var fault = (await restricted.RunAsync(new Command("false", []), default)).Fault;
        Assert.AreEqual(FaultCode.PermissionDenied, fault?.Code);
        StringAssert.Contains(fault!.Why, "true, zfs");
        await foreach (var line in restricted.FollowAsync(new Command("yes", []), default))
        {
            Assert.Fail(line);
        }

        CollectionAssert.AreEqual(
            new[] { "started true ", "Exited true 0 0s", "refused false PermissionDenied", "refused yes PermissionDenied" },
            watching.Seen.ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task What_runs_can_be_listed()
    {
        _ = tools.Script("hold", $"touch {tools["held"]}; while [ ! -e {tools["go"]} ]; do sleep 0.01; done");
        var run = runner.RunAsync(new Command("hold", ["a", "b"]) { Lane = "pool/a", Verb = "scrub" }, default);
        await Until.TrueAsync(() => File.Exists(tools["held"]));
        var seen = runner.Running.Single();
        Assert.AreEqual(("hold", "scrub", "pool/a"), (seen.Tool, seen.Verb, seen.Lane));
        Assert.IsTrue(Children.IsAlive(seen.Pid));
        await File.WriteAllTextAsync(tools["go"], "");
        _ = await run;
        Assert.IsEmpty(runner.Running);
    }
}
