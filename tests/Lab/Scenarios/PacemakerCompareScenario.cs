using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>The same service, fault and writers under Pacemaker, so that both are measured on the same machines.</summary>
public sealed class PacemakerCompareScenario : IScenario
{
    private const string RunsVariable = "NODEAGENT_LAB_RUNS";

    public string Name => "pacemaker-compare";

    public string About => "power cut of the active node of a PostgreSQL under Pacemaker, corosync and diskless SBD with their default timings";

    public int Nodes => 3;

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable(RunsVariable), System.Globalization.CultureInfo.InvariantCulture, out var runs) ? runs : 2;

    public Task TakeNodesAsync(Stage stage, CancellationToken cancel) =>
        stage.Cluster.UpPreparedAsync(Nodes, "pacemaker", nodes => PacemakerCluster.FormAsync(nodes, cancel), cancel);

    public async Task PlayAsync(Stage stage, CancellationToken cancel)
    {
        using var writers = new OutsideWriters(stage.Cluster, Nodes);
        stage.Note(await PacemakerCluster.VersionsAsync(stage[1], cancel));
        var times = new List<(double Rto, double Fenced)>();
        for (var run = 1; run <= Runs; run++)
        {
            await Patience.UntilAsync("rows are acknowledged", TimeSpan.FromMinutes(5), cancel, () => Task.FromResult(
                writers.All is [.., var last] && DateTimeOffset.UtcNow - last.Heard < TimeSpan.FromSeconds(2)));
            await AllOnlineAsync(stage, cancel);
            var active = writers.All[^1].Node;
            stage[active].PowerCut();
            var cut = DateTimeOffset.UtcNow;
            Acknowledgement? first = null;
            await Patience.UntilAsync("another node acknowledges rows", TimeSpan.FromMinutes(4), cancel, () => Task.FromResult((first = writers.FirstElsewhere(active, cut)) is not null));
            var rto = (first!.Heard - cut).TotalSeconds;
            // Not every survivor remembers every fencing.
            var told = await Task.WhenAll(stage.Cluster.Running.Select(node => PacemakerCluster.FencedAtAsync(node, stage[active].Name, cancel)));
            var fenced = told.Where(at => at > cut).Min();
            times.Add((rto, fenced is { } at ? (at - cut).TotalSeconds : double.NaN));
            stage.Note(FormattableString.Invariant($"run {run}: node{active} cut, counted as fenced after {times[^1].Fenced:F1} s, node{first.Node} answers after {rto:F1} s"));
            stage.RtoSeconds = Math.Max(stage.RtoSeconds ?? 0, rto);
            await stage[active].PowerOnAsync(cancel);
            await stage[active].WaitReadyAsync(cancel);
        }

        stage.Acknowledged = writers.All.Count;
        await SumUpAsync(stage, times, cancel);
    }

    // As for ours: what is waited for stays, only the work after it gets shorter.
    private static async Task SumUpAsync(Stage stage, List<(double Rto, double Fenced)> times, CancellationToken cancel)
    {
        var slowdown = await Slowdown.MeasureAsync(stage.Cluster.Running[0], cancel);
        var figures = new PeerFigures(times.Max(time => time.Rto), times.Max(time => time.Fenced + ((time.Rto - time.Fenced) / slowdown)));
        PeerFigures.Write(figures);
        stage.Note(FormattableString.Invariant(
            $"{times.Count} runs: at the worst {figures.Emulated:F1} s as emulated, about {figures.Native:F1} s at native speed (processors here are {slowdown:F0} times slower)"));
    }

    private static Task AllOnlineAsync(Stage stage, CancellationToken cancel) => Patience.UntilAsync("three nodes online", TimeSpan.FromMinutes(5), cancel, async () =>
    {
        foreach (var node in stage.Cluster.Running)
        {
            var told = await node.RunAsync("crm_mon -1 -X 2>/dev/null | grep -c 'node name=.*online=\"true\"'", cancel: cancel);
            if (told.Ok && told.Output.Trim() == "3")
            {
                return true;
            }
        }

        return false;
    }, TimeSpan.FromSeconds(2));
}
