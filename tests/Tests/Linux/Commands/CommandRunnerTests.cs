using System.Security.Cryptography;

using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Commands;

[TestClass]
public sealed class CommandRunnerTests : IDisposable
{
    private readonly TempFolder tools = new();
    private readonly CommandRunner runner;

    public CommandRunnerTests() =>
        runner = new CommandRunner(new CommandRunnerOptions { ExtraFolders = [tools.Path] }, TimeProvider.System);

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => tools.Dispose();

    [TestMethod]
    public async Task Output_errors_and_exit_code_come_back()
    {
        _ = tools.Script("speak", "echo out; echo err >&2; exit 3");
        var result = await RunAsync("speak");
        Assert.AreEqual(3, result.ExitCode);
        Assert.AreEqual("out\n", result.Output);
        Assert.AreEqual("err\n", result.ErrorOutput);
        Assert.AreEqual(4, result.OutputBytes);
        Assert.AreEqual(0, result.InputBytes);
    }

    [TestMethod]
    public async Task Arguments_reach_the_program_as_they_are()
    {
        _ = tools.Script("show", "for a in \"$@\"; do printf '[%s]' \"$a\"; done");
        var result = await RunAsync("show", "a b", "", "$HOME", "'\"", "*", "ünï", "-n\nx");
        Assert.AreEqual("[a b][][$HOME]['\"][*][ünï][-n\nx]", result.Output);
    }

    [TestMethod]
    public async Task The_environment_is_clean()
    {
        Environment.SetEnvironmentVariable("NODEAGENT_TEST_SECRET", "leaks");
        var lines = (await RunAsync("env")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var expected = new[] { "HOME=/", "LC_ALL=C", $"PATH={tools.Path}:/usr/sbin:/usr/bin:/sbin:/bin" };
        CollectionAssert.AreEquivalent(expected, lines);
    }

    [TestMethod]
    public async Task The_program_runs_in_the_root_folder() =>
        Assert.AreEqual("/\n", (await RunAsync("pwd")).Output);

    [TestMethod]
    public async Task Standard_input_is_empty_unless_fed() =>
        Assert.AreEqual("", (await RunAsync("cat")).Output);

    [TestMethod]
    public async Task The_program_leads_its_own_process_group()
    {
        _ = tools.Script("group", "read -r line < /proc/$$/stat; set -- ${line##*) }; echo $$ $3");
        var numbers = (await RunAsync("group")).Output.Trim().Split(' ');
        Assert.AreEqual(numbers[0], numbers[1]);
    }

    [TestMethod]
    public async Task No_descriptor_is_inherited()
    {
        using var ours = File.Open(tools["open"], FileMode.Create);
        _ = tools.Script("descriptors", "ls /proc/$$/fd");
        var seen = (await RunAsync("descriptors")).Output.Trim().Split('\n').ToHashSet();

        // The shell holds the script itself.
        _ = seen.RemoveWhere(name => int.Parse(name) >= 10);
        CollectionAssert.AreEquivalent(new[] { "0", "1", "2" }, seen.ToArray());
    }

    [TestMethod]
    public async Task Ignored_and_blocked_signals_are_not_inherited()
    {
        var result = await RunAsync("grep", "-E", "Sig(Ign|Blk)", "/proc/self/status");

        // The C library itself keeps 32 and 33 ignored until the program uses them.
        Assert.AreEqual("SigBlk:\t0000000000000000\nSigIgn:\t0000000180000000\n", result.Output);
    }

    [TestMethod]
    public async Task A_program_that_a_signal_ended_has_128_more()
    {
        _ = tools.Script("suicide", "kill -SEGV $$");
        Assert.AreEqual(128 + 11, (await RunAsync("suicide")).ExitCode);
    }

    [TestMethod]
    public async Task A_missing_tool_is_not_found_and_says_where_it_was_looked_for()
    {
        var fault = (await runner.RunAsync(new Command("no-such-tool", []), default)).Fault;
        Assert.AreEqual(FaultCode.NotFound, fault?.Code);
        StringAssert.Contains(fault!.Why, "/usr/sbin");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("/bin/true")]
    [DataRow("../true")]
    [DataRow("..")]
    [DataRow("true\0")]
    [DataRow("true ")]
    [DataRow("-x")]
    public async Task A_tool_is_a_bare_name(string name)
    {
        var outcome = await runner.RunAsync(new Command(name, []), default);
        Assert.AreEqual(FaultCode.InvalidArgument, outcome.Fault?.Code);
    }

    [TestMethod]
    public async Task A_folder_or_a_file_without_execute_bit_is_not_a_tool()
    {
        _ = Directory.CreateDirectory(tools["folder"]);
        await File.WriteAllTextAsync(tools["plain"], "#!/bin/sh\n");
        foreach (var name in new[] { "folder", "plain" })
        {
            Assert.AreEqual(FaultCode.NotFound, (await runner.RunAsync(new Command(name, []), default)).Fault?.Code);
        }
    }

    [TestMethod]
    public async Task A_nul_in_an_argument_is_refused()
    {
        var outcome = await runner.RunAsync(new Command("true", ["a\0b"]), default);
        Assert.AreEqual(FaultCode.InvalidArgument, outcome.Fault?.Code);
    }

    [TestMethod]
    public async Task Too_many_arguments_are_refused()
    {
        var outcome = await runner.RunAsync(new Command("true", [.. Enumerable.Repeat(new string('x', 100_000), 100)]), default);
        Assert.AreEqual(FaultCode.InvalidArgument, outcome.Fault?.Code);
    }

    [TestMethod]
    public async Task A_script_whose_interpreter_is_missing_is_a_fault()
    {
        await File.WriteAllTextAsync(tools.Script("odd", ""), "#!/no/such/interpreter\n");
        var outcome = await runner.RunAsync(new Command("odd", []), default);
        Assert.AreEqual(FaultCode.PermissionDenied, outcome.Fault?.Code);
    }

    [TestMethod]
    public async Task Output_up_to_the_limit_is_kept_and_more_is_unparseable()
    {
        var command = new Command("head", ["-c", "100000", "/dev/zero"]) { OutputLimit = 100_000 };
        var fits = await runner.RunAsync(command, default);
        Assert.AreEqual(100_000, fits.Value.Output.Length);
        var fault = (await runner.RunAsync(command with { OutputLimit = 99_999 }, default)).Fault;
        Assert.AreEqual(FaultCode.Unparseable, fault?.Code);
        StringAssert.Contains(fault!.Why, "99999");
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Endless_output_ends_at_the_limit()
    {
        var outcome = await runner.RunAsync(new Command("yes", []) { OutputLimit = 1000 }, default);
        Assert.AreEqual(FaultCode.Unparseable, outcome.Fault?.Code);
    }

    [TestMethod]
    public async Task Error_output_is_cut_at_64_KiB_and_the_program_goes_on()
    {
        _ = tools.Script("noisy", "head -c 1000000 /dev/zero >&2; echo done");
        var result = await RunAsync("noisy");
        Assert.AreEqual(64 * 1024, result.ErrorOutput.Length);
        Assert.AreEqual("done\n", result.Output);
    }

    [TestMethod]
    public async Task Bytes_that_are_not_utf8_do_no_harm()
    {
        _ = tools.Script("odd", "printf 'a\\377b'");
        Assert.AreEqual("a\uFFFDb", (await RunAsync("odd")).Output);
    }

    [TestMethod]
    public async Task Binary_streams_pass_unchanged_both_ways()
    {
        var sent = RandomNumberGenerator.GetBytes(5_000_001);
        using var received = new MemoryStream();
        var command = new Command("cat", []) { Input = new MemoryStream(sent), Output = received, OutputLimit = 1 };
        var result = (await runner.RunAsync(command, default)).Value;
        CollectionAssert.AreEqual(sent, received.ToArray());
        Assert.AreEqual(sent.Length, result.InputBytes);
        Assert.AreEqual(sent.Length, result.OutputBytes);
        Assert.AreEqual("", result.Output);
    }

    [TestMethod]
    public async Task A_program_that_does_not_read_all_its_input_ends_as_it_likes()
    {
        var command = new Command("head", ["-c", "3"]) { Input = new MemoryStream(new byte[10_000_000]) };
        var result = (await runner.RunAsync(command, default)).Value;
        Assert.AreEqual(0, result.ExitCode);
        Assert.IsLessThan(10_000_000, result.InputBytes);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_program_that_ends_is_not_held_up_by_a_source_that_gives_nothing()
    {
        var result = (await runner.RunAsync(new Command("true", []) { Input = new SilentStream() }, default)).Value;
        Assert.AreEqual(0, result.ExitCode);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_sink_that_fails_kills_the_program_and_is_a_fault()
    {
        var command = new Command("yes", []) { Output = new FailingStream(new IOException("peer went away")) };
        var fault = (await runner.RunAsync(command, default)).Fault;
        Assert.AreEqual(FaultCode.DataPathUnavailable, fault?.Code);
        StringAssert.Contains(fault!.Why, "peer went away");
        Assert.IsEmpty(runner.Running);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_source_that_fails_never_looks_like_the_end_of_the_input()
    {
        _ = tools.Script("receive", $"cat > /dev/null; touch {tools["complete"]}");
        var command = new Command("receive", []) { Input = new FailingStream(new IOException("cut off")) };
        Assert.AreEqual(FaultCode.DataPathUnavailable, (await runner.RunAsync(command, default)).Fault?.Code);
        Assert.IsFalse(File.Exists(tools["complete"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_bug_in_a_stream_is_thrown_after_the_program_was_killed()
    {
        var command = new Command("yes", []) { Output = new FailingStream(new InvalidOperationException("bug")) };
        _ = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => runner.RunAsync(command, default));
        Assert.IsEmpty(runner.Running);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_slow_sink_gets_everything_after_the_program_has_ended()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var clock = new ManualTimeProvider();
        var patient = new CommandRunner(new CommandRunnerOptions { ExtraFolders = [tools.Path] }, clock);
        using var sink = new GatedStream(gate.Task);
        _ = tools.Script("burst", "head -c 500000 /dev/zero");
        var running = patient.RunAsync(new Command("burst", []) { Output = sink }, default);

        // Two timers: the deadline and the grace, which only starts when the program is gone.
        await clock.TimersArmedAsync(2);
        clock.Advance(TimeSpan.FromSeconds(5));
        await clock.TimersArmedAsync(2);
        gate.SetResult();
        Assert.AreEqual(500_000, (await running).Value.OutputBytes);
        Assert.AreEqual(500_000, sink.Length);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Two_hundred_commands_at_once_all_end_and_leave_nothing()
    {
        _ = await RunAsync("true");
        var descriptors = Descriptors();
        var runs = Enumerable.Range(0, 200).Select(i => runner.RunAsync(new Command("echo", [$"{i}"]), default)).ToList();
        var results = await Task.WhenAll(runs);
        for (var i = 0; i < 200; i++)
        {
            Assert.AreEqual($"{i}\n", results[i].Value.Output);
        }

        Assert.IsEmpty(runner.Running);
        Assert.IsLessThanOrEqualTo(descriptors + 20, Descriptors());
        Assert.IsEmpty(Zombies());
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private static List<string> Zombies() => [.. Children.OfThisProcess().Where(child => child.State == 'Z').Select(child => child.Name)];

    private async Task<CommandResult> RunAsync(string tool, params string[] arguments) =>
        (await runner.RunAsync(new Command(tool, arguments), TestContext.CancellationToken)).Value;
}
