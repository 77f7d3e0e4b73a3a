using NodeAgent.Bench.Agents;
using NodeAgent.Bench.Measures;
using NodeAgent.Bench.Running;
using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Bench.Benchmarks;

/// <summary>
/// What an agent takes that has nothing to do: 50 units that nobody writes, each brought up to date every 60 s on a
/// second agent. The writer's figures have the bars; the other agent, which keeps 50 copies, is told beside.
/// </summary>
internal sealed class AgentAtRest : IBenchmark
{
    private const int Units = 50;
    private const int Scrapes = 20;
    private const double MostMiB = 120;
    private const double MostPercent = 1;
    private const double MostMilliseconds = 20;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    public string Name => "agent-at-rest";

    public async Task<IReadOnlyList<Figure>> RunAsync(Action<string> say)
    {
        using var folder = new WorkFolder();
        await using var writer = await AgentProcess.StartAsync(folder.Path, 1);
        await using var keeper = await AgentProcess.StartAsync(folder.Path, 2);
        await AgentProcess.JoinAsync(writer, keeper);
        for (var unit = 0; unit < Units; unit++)
        {
            AgentProcess.Good(await writer.Client.PostAsync<VolumeReport>(
                "v1/volumes",
                new VolumeOrder(null, $"unit-{unit:00}", "data", VolumeKind.Block, 1 << 20, "", new Dictionary<string, string>(), ["n2"], 60),
                CancellationToken.None));
        }

        await WaitForCopiesAsync(writer);
        say($"{Units} units with copies; settling {Settling.TotalSeconds:0} s, then measuring {Window.TotalSeconds:0} s");
        await Task.Delay(Settling);
        var begin = TimeProvider.System.GetTimestamp();
        var (ownBefore, otherBefore) = (ProcessCost.CpuSeconds(writer.Pid), ProcessCost.CpuSeconds(keeper.Pid));
        await Task.Delay(Window);
        var (ownAfter, otherAfter) = (ProcessCost.CpuSeconds(writer.Pid), ProcessCost.CpuSeconds(keeper.Pid));
        var seconds = TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
        var scrapes = await ScrapeAsync(writer.Metrics);
        return
        [
            Limited("rss", ProcessCost.ResidentMiB(writer.Pid), MostMiB, "MiB"),
            Limited("cpu", 100 * (ownAfter - ownBefore) / seconds, MostPercent, "%"),
            Limited("scrape-p50", Repeat.Median(scrapes), MostMilliseconds, "ms"),
            Limited("scrape-max", scrapes.Max(), MostMilliseconds, "ms"),
            Figure.Alone($"{Name}.copies-rss", ProcessCost.ResidentMiB(keeper.Pid), "MiB"),
            Figure.Alone($"{Name}.copies-cpu", 100 * (otherAfter - otherBefore) / seconds, "%"),
        ];
    }

    private Figure Limited(string part, double value, double limit, string unit) =>
        Figure.Alone($"{Name}.{part}", value, unit) with { Bar = Bar.AtMost(value, limit, unit) };

    private static async Task WaitForCopiesAsync(AgentProcess writer)
    {
        for (var glance = 0; glance < 200; glance++)
        {
            var status = AgentProcess.Good(await writer.Client.GetAsync<ClusterStatus>("v1/status", CancellationToken.None));
            if (status.Units.Count == Units && status.Units.All(unit => unit.Copies.All(copy => copy.Snapshot is not null)))
            {
                return;
            }

            await Task.Delay(200);
        }

        throw new CannotRunException("the copies were not made within 40 s");
    }

    // One connection that is kept, as Prometheus does it.
    private static async Task<IReadOnlyList<double>> ScrapeAsync(Uri metrics)
    {
        using var http = new HttpClient();
        await http.GetByteArrayAsync(metrics);
        var took = new List<double>();
        for (var scrape = 0; scrape < Scrapes; scrape++)
        {
            took.Add(1000 * await Repeat.SecondsAsync(() => http.GetByteArrayAsync(metrics)));
            await Task.Delay(100);
        }

        return took;
    }
}
