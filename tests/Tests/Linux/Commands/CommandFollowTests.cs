using NodeAgent.Contract;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Commands;

[TestClass]
public sealed class CommandFollowTests : IDisposable
{
    private readonly TempFolder tools = new();
    private readonly Watching watching = new();
    private readonly CommandRunner runner;

    public CommandFollowTests() => runner = new CommandRunner(
        new CommandRunnerOptions { ExtraFolders = [tools.Path], LineLimit = 100 }, new ManualTimeProvider(), watching);

    public void Dispose() => tools.Dispose();

    [TestMethod]
    public async Task Lines_come_as_they_are_printed_and_end_with_the_program()
    {
        _ = tools.Script("talk", "echo one; echo; echo noise >&2; printf 'three\\nrest'; exit 4");
        CollectionAssert.AreEqual(new[] { "one", "", "three", "rest" }, await AllAsync("talk"));
        Assert.AreEqual("Exited talk 4 0s", watching.Seen.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_line_arrives_while_the_program_goes_on()
    {
        _ = tools.Script("ping", $"echo first; while [ ! -e {tools["go"]} ]; do sleep 0.01; done; echo second");
        var lines = new List<string>();
        await foreach (var line in runner.FollowAsync(new Command("ping", []), default))
        {
            lines.Add(line);
            await File.WriteAllTextAsync(tools["go"], "");
        }

        CollectionAssert.AreEqual(new[] { "first", "second" }, lines);
    }

    [TestMethod]
    public async Task A_line_that_is_too_long_is_cut_and_the_next_is_whole()
    {
        _ = tools.Script("long", "head -c 5000 /dev/zero | tr '\\0' x; echo; echo next; head -c 100 /dev/zero | tr '\\0' y; echo");
        var lines = await AllAsync("long");
        CollectionAssert.AreEqual(new[] { new string('x', 100), "next", new string('y', 100) }, lines);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Who_stops_listening_kills_the_program()
    {
        await foreach (var line in runner.FollowAsync(new Command("yes", []), default))
        {
            Assert.AreEqual("y", line);
            break;
        }

        Assert.AreEqual("Cancelled yes 137 0s", watching.Seen.Last());
        Assert.IsEmpty(runner.Running);
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Cancelling_kills_the_program_and_throws()
    {
        using var cancel = new CancellationTokenSource();
        _ = tools.Script("wait", "echo up; exec sleep 1000");
        _ = await Assert.ThrowsAsync<OperationCanceledException>(async () =>
        {
            await foreach (var line in runner.FollowAsync(new Command("wait", []), cancel.Token))
            {
                Assert.AreEqual("up", line);
                await cancel.CancelAsync();
            }
        });
        Assert.AreEqual("Cancelled wait 137 0s", watching.Seen.Last());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_process_that_keeps_the_pipe_open_does_not_hold_the_end_up()
    {
        _ = tools.Script("fork", $"setsid sh -c 'echo $$ > {tools["pid"]}; exec sleep 1000' & while [ ! -s {tools["pid"]} ]; do :; done; echo done");
        CollectionAssert.AreEqual(new[] { "done" }, await AllAsync("fork"));
        using var process = System.Diagnostics.Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(tools["pid"])));
        process.Kill();
    }

    [TestMethod]
    public async Task A_missing_tool_gives_no_lines_and_the_observer_hears_of_it()
    {
        Assert.IsEmpty(await AllAsync("no-such-tool"));
        Assert.AreEqual("refused no-such-tool NotFound", watching.Seen.Single());
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Following_and_running_many_times_leaks_no_descriptor_and_no_zombie()
    {
        _ = await AllAsync("true");
        var before = Directory.GetFileSystemEntries("/proc/self/fd").Length;
        for (var i = 0; i < 100; i++)
        {
            _ = await AllAsync("true");
            _ = await runner.RunAsync(new Command("cat", []) { Input = new MemoryStream(new byte[10]) }, default);
            _ = await runner.RunAsync(new Command("yes", []) { OutputLimit = 10 }, default);
            _ = await runner.RunAsync(new Command("missing", []), default);
        }

        // Four hundred runs: one leaked descriptor each would show. Other tests open a few meanwhile.
        Assert.IsLessThan(before + 100, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        Assert.IsEmpty(Children.OfThisProcess().Where(child => child is { State: 'Z', Name: "true" or "cat" or "yes" }));
    }

    private async Task<List<string>> AllAsync(string tool)
    {
        var lines = new List<string>();
        await foreach (var line in runner.FollowAsync(new Command(tool, []), default))
        {
            lines.Add(line);
        }

        return lines;
    }
}
