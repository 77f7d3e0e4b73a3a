using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Commands;

[TestClass]
public sealed class CommandDeadlineTests : IDisposable
{
    private readonly TempFolder tools = new();
    private readonly ManualTimeProvider clock = new();
    private readonly Watching watching = new();
    private readonly CommandRunner runner;

    public CommandDeadlineTests() => runner = NewRunner(new CommandRunnerOptions());

    public void Dispose() => tools.Dispose();

    [TestMethod]
    [Timeout(120_000)]
    public async Task At_its_deadline_a_program_is_killed()
    {
        var run = runner.RunAsync(new Command("sleep", ["1000"]) { Deadline = TimeSpan.FromSeconds(7) }, default);
        await clock.TimersArmedAsync(1);
        clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.HasCount(1, runner.Running);
        Assert.IsFalse(run.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.1));
        var fault = (await run).Fault;
        Assert.AreEqual(FaultCode.TimedOut, fault?.Code);
        Assert.AreEqual(Retry.AfterLook, fault!.Retry);
        StringAssert.Contains(fault.Why, "7 s");
        Assert.IsEmpty(runner.Running);
        Assert.IsEmpty(runner.Stuck);
        CollectionAssert.AreEqual(new[] { "started sleep 1000", "TimedOut sleep 137 7s" }, watching.Seen.ToArray());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_program_that_ignores_every_signal_it_can_is_killed_all_the_same()
    {
        _ = tools.Script("stubborn", $"trap '' TERM INT HUP QUIT PIPE; touch {tools["ready"]}; while :; do sleep 1; done");
        var run = runner.RunAsync(new Command("stubborn", []), default);
        await ExistsAsync(tools["ready"]);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual(FaultCode.TimedOut, (await run).Fault?.Code);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Grandchildren_are_killed_with_it()
    {
        _ = tools.Script("family", $"(sh -c 'sleep 1000 & echo $! > {tools["pid"]}; wait') & wait");
        var run = runner.RunAsync(new Command("family", []), default);
        var grandchild = await PidAsync(tools["pid"]);
        Assert.IsTrue(Children.IsAlive(grandchild));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual(FaultCode.TimedOut, (await run).Fault?.Code);
        await GoneAsync(grandchild);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task What_a_program_leaves_in_its_group_is_killed_when_it_ends()
    {
        _ = tools.Script("litter", $"sleep 1000 & echo $! > {tools["pid"]}; echo done");
        var result = (await runner.RunAsync(new Command("litter", []), default)).Value;
        Assert.AreEqual("done\n", result.Output);
        await GoneAsync(await PidAsync(tools["pid"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_daemon_of_its_own_session_lives_on_and_does_not_hold_the_result_up()
    {
        _ = tools.Script("fork", $"setsid sh -c 'echo $$ > {tools["pid"]}; exec sleep 1000' & while [ ! -s {tools["pid"]} ]; do :; done; echo done");
        var run = runner.RunAsync(new Command("fork", []), default);
        await clock.TimersArmedAsync(2);
        clock.Advance(TimeSpan.FromSeconds(2));

        // If its end was seen before its output, the output begins another two seconds of silence.
        if (await Task.WhenAny(run, clock.TimersArmedAsync(2)) != run)
        {
            clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.AreEqual("done\n", (await run).Value.Output);
        var daemon = await PidAsync(tools["pid"]);
        Assert.IsTrue(Children.IsAlive(daemon));
        using var process = System.Diagnostics.Process.GetProcessById(daemon);
        process.Kill();
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_program_that_closes_its_output_but_lives_is_waited_for_until_the_deadline()
    {
        _ = tools.Script("quiet", "echo before; exec >&- 2>&-; sleep 1000");
        var run = runner.RunAsync(new Command("quiet", []), default);
        await clock.TimersArmedAsync(1);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.IsFalse(run.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.AreEqual(FaultCode.TimedOut, (await run).Fault?.Code);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task What_a_program_said_before_its_deadline_is_told()
    {
        _ = tools.Script("warn", $"echo 'pool is suspended' >&2; touch {tools["ready"]}; sleep 1000");
        var run = runner.RunAsync(new Command("warn", []), default);
        await ExistsAsync(tools["ready"]);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.AreEqual("pool is suspended\n", (await run).Fault?.Native);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Cancelling_kills_and_throws()
    {
        using var cancel = new CancellationTokenSource();
        _ = tools.Script("busy", $"echo $$ > {tools["pid"]}; exec sleep 1000");
        var run = runner.RunAsync(new Command("busy", []), cancel.Token);
        var pid = await PidAsync(tools["pid"]);
        await cancel.CancelAsync();
        var thrown = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => run);
        Assert.AreEqual(cancel.Token, thrown.CancellationToken);
        Assert.IsFalse(Children.IsAlive(pid));
        Assert.AreEqual("Cancelled busy 137 0s", watching.Seen.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Cancelling_in_the_middle_of_a_stream_kills_and_throws()
    {
        using var cancel = new CancellationTokenSource();
        using var sink = new GatedStream(new TaskCompletionSource().Task);
        var run = runner.RunAsync(new Command("yes", []) { Output = sink }, cancel.Token);
        await clock.TimersArmedAsync(1);
        await cancel.CancelAsync();
        _ = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => run);
        Assert.IsEmpty(runner.Running);
    }

    [TestMethod]
    public async Task What_is_cancelled_before_it_starts_does_not_start()
    {
        _ = await Assert.ThrowsExactlyAsync<OperationCanceledException>(
            () => runner.RunAsync(new Command("true", []), new CancellationToken(canceled: true)));
        Assert.IsEmpty(watching.Seen);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_program_that_cannot_be_killed_is_left_behind_and_blocks_its_lane_until_it_is_gone()
    {
        var immortal = NewRunner(new CommandRunnerOptions { Kill = _ => { } });
        _ = tools.Script("hang", $"echo $$ > {tools["pid"]}; exec sleep 1000");
        var run = immortal.RunAsync(new Command("hang", ["list"]) { Lane = "pool/tank" }, default);
        var queued = immortal.RunAsync(new Command("true", []) { Lane = "pool/tank" }, default);
        var pid = await PidAsync(tools["pid"]);
        clock.Advance(TimeSpan.FromSeconds(30));
        await Until.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return run.IsCompleted;
        });
        Assert.AreEqual(FaultCode.TimedOut, (await run).Fault?.Code);

        var fault = (await queued).Fault;
        Assert.AreEqual(FaultCode.Busy, fault?.Code);
        Assert.AreEqual("hang", fault!.Facts["tool"]);
        Assert.AreEqual($"{pid}", fault.Facts["pid"]);
        Assert.AreEqual("2031-02-03 04:05:06Z", fault.Facts["since"]);
        StringAssert.Contains(fault.Why, $"hang list (process {pid})");
        var again = await immortal.RunAsync(new Command("true", []) { Lane = "pool/tank" }, default);
        Assert.AreEqual(FaultCode.Busy, again.Fault?.Code);
        Assert.IsTrue((await immortal.RunAsync(new Command("true", []) { Lane = "pool/other" }, default)).IsOk);
        Assert.AreEqual(pid, immortal.Stuck.Single().Pid);
        Assert.IsEmpty(immortal.Running);

        using (var process = System.Diagnostics.Process.GetProcessById(pid))
        {
            process.Kill();
        }

        await watching.Gone;
        Assert.IsEmpty(immortal.Stuck);
        Assert.IsTrue((await immortal.RunAsync(new Command("true", []) { Lane = "pool/tank" }, default)).IsOk);
        var seen = watching.Seen.ToList();
        Assert.AreEqual(1, seen.Count(line => line == "stuck hang"));
        Assert.IsTrue(seen.Any(line => line.StartsWith("TimedOut hang  3", StringComparison.Ordinal)), string.Join('\n', seen));
        Assert.IsEmpty(Children.OfThisProcess().Where(child => child.Pid == pid));
    }

    private CommandRunner NewRunner(CommandRunnerOptions options) =>
        new(options with { ExtraFolders = [tools.Path] }, clock, watching);

    private static Task ExistsAsync(string path) => Until.TrueAsync(() => File.Exists(path));

    private static Task GoneAsync(int pid) => Until.TrueAsync(() => !Children.IsAlive(pid));

    private static async Task<int> PidAsync(string path)
    {
        await Until.TrueAsync(() => File.Exists(path) && File.ReadAllText(path).EndsWith('\n'));
        return int.Parse(await File.ReadAllTextAsync(path));
    }
}
