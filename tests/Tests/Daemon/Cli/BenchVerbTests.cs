using System.Text.Json;
using NodeAgent.Daemon.Benchmarks;
using NodeAgent.Daemon.Cli;
using NodeAgent.Tests.Daemon.Benchmarks;

namespace NodeAgent.Tests.Daemon.Cli;

[TestClass]
public sealed class BenchVerbTests
{
    [TestMethod]
    public async Task A_folder_is_measured_shown_and_drawn()
    {
        using var stand = new BenchStand();
        var plot = stand.Tools["out.svg"];
        var run = await RunAsync(stand, "--plot", plot);
        Assert.AreEqual(ExitCode.Ok, run.Code, run.Error);
        StringAssert.Matches(run.Output, new System.Text.RegularExpressions.Regex("4 KiB random write, fsync +as it is +1000 +4.1 +2 +4 +6 +8 +18", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        StringAssert.Contains(run.Error, "reads may come from memory");
        StringAssert.Contains(File.ReadAllText(plot), "<svg");
        Assert.AreEqual(8 << 20, int.Parse(stand.Runs[0].Split(' ')[3], System.Globalization.CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public async Task Machines_get_the_figures()
    {
        using var stand = new BenchStand();
        var run = await RunAsync(stand, "-o", "json");
        using var json = JsonDocument.Parse(run.Output);
        var figure = json.RootElement.GetProperty("arms")[0].GetProperty("figures")[1];
        Assert.AreEqual(("seqread", 1000d, 9d), (figure.GetProperty("job").GetString(), figure.GetProperty("iops").GetDouble(), figure.GetProperty("latency").GetProperty("max").GetDouble()));
    }

    [TestMethod]
    [DataRow("--plot", "/tmp/x.png", "does not end in .svg")]
    [DataRow("--plot", "/nowhere/x.svg", "no such folder")]
    [DataRow("--profile", "fast", "no such profile")]
    public async Task What_is_wrong_is_told_before_anything_runs(string option, string value, string why)
    {
        using var stand = new BenchStand();
        var run = await RunAsync(stand, option, value);
        Assert.AreEqual(ExitCode.Usage, run.Code);
        StringAssert.Contains(run.Error, why);
        Assert.IsEmpty(stand.Runs);
    }

    [TestMethod]
    public async Task A_folder_that_is_not_there_is_told()
    {
        var run = await CliRun.RunAsync("bench", "volume", "/nowhere");
        Assert.AreEqual(ExitCode.Refused, run.Code);
        StringAssert.Contains(run.Error, "there is no such folder");
    }

    [TestMethod]
    public async Task A_block_volume_is_refused()
    {
        await using var agent = await FakeAgent.StartAsync();
        var run = await agent.RunAsync("bench", "volume", "nothing-of-that-name");
        Assert.AreEqual(ExitCode.Refused, run.Code);
        StringAssert.Contains(run.Error, "no such volume");
    }

    [TestMethod]
    public void The_package_brings_a_file_for_each_job()
    {
        foreach (var job in FioJob.All)
        {
            var text = File.ReadAllText(Path.Join(Golden.Root(), "packaging", "fio", job.File));
            StringAssert.Contains(text, $"\n[{job.Name}]\n");
            StringAssert.Contains(text, "filename=${NODEAGENT_FILE}");
            StringAssert.Contains(text, "allow_file_create=0");
            Assert.DoesNotContain("sync=0", text);
        }
    }

    private static Task<CliRun> RunAsync(BenchStand stand, params string[] words)
    {
        Directory.CreateDirectory(stand.Node.State);
        return new CliTerminal { Root = stand.Node.Root, Tools = [stand.Tools.Path] }.RunAsync(
            ["bench", "volume", stand.Scratch.Path, "--jobs", stand.Jobs.Path, "--size", "8MiB", "--seconds", "1", "--config", "/nowhere/nodeagent.yaml", .. words]);
    }
}
