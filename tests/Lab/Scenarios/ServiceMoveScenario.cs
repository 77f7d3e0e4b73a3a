using System.Globalization;
using NodeAgent.Lab.Failover;
using NodeAgent.Lab.Machines;

namespace NodeAgent.Lab.Scenarios;

/// <summary>A planned move of a service under write load, there and back: nothing is lost.</summary>
public sealed class ServiceMoveScenario : FailoverScenario
{
    public override string Name => "switchover-service";

    public override string About => "nodeagent service move under write load, there and back: nothing is lost, and clients wait little longer than stop and start take";

    protected override async Task StoryAsync(FailoverPlay play, CancellationToken cancel)
    {
        var home = await play.SafeAsync(cancel);
        var away = home == 1 ? 2 : 1;
        var there = await MoveAsync(play, home, away, cancel);
        await play.SafeAsync(cancel);
        var back = await MoveAsync(play, away, home, cancel);
        var slowdown = await Slowdown.MeasureAsync(play[home], cancel);

        // In a move nothing is waited for but work: it is as much shorter as processors are faster.
        var worst = Math.Max(there.BeyondSeconds, back.BeyondSeconds);
        play.Stage.Note(FormattableString.Invariant($"beyond stop and start at the worst {worst:F1} s as emulated (processors here are {slowdown:F0} times slower)"));
        play.Stage.Judge("beyond stop and start, estimated for native speed,", worst / slowdown, 5, null);
    }

    /// <summary>Moves the service and measures the time in which clients waited. No row may be lost.</summary>
    internal static async Task<ServiceMove> MoveAsync(FailoverPlay play, int from, int to, CancellationToken cancel)
    {
        var began = DateTimeOffset.UtcNow;
        await play[from].ExpectAsync($"nodeagent service move {FailoverFormation.Service} --to node{to} --timeout 150s", CommandLimit, cancel);
        Acknowledgement? first = null;
        await Patience.UntilAsync($"node{to} acknowledges rows", TimeSpan.FromMinutes(1), cancel, () => Task.FromResult((first = play.Writers.FirstElsewhere(from, began)) is not null));
        var last = play.Writers.All.Last(ack => ack.Node == from).Heard;
        var gap = (first!.Heard - last).TotalSeconds;
        var stop = await SecondsAsync(play[from], "InactiveEnterTimestampMonotonic", "ActiveExitTimestampMonotonic", cancel);
        var start = await SecondsAsync(play[to], "ActiveEnterTimestampMonotonic", "InactiveExitTimestampMonotonic", cancel);
        var lost = await play.LostAsync(play[to], from, cancel);
        play.Stage.Note(FormattableString.Invariant($"node{from} to node{to}: clients waited {gap:F1} s, of which PostgreSQL's stop took {stop:F1} s and its start {start:F1} s: {gap - stop - start:F1} s beyond; {lost.Count} rows lost"));
        play.Stage.RtoSeconds = Math.Max(play.Stage.RtoSeconds ?? 0, gap);
        play.Stage.RpoSeconds = 0;
        Stage.Require(lost.Count == 0, $"a planned move lost {lost.Count} rows");
        Stage.Require(first.Node == to, $"node{first.Node} has the service, node{to} should");
        return new ServiceMove(last, first.Heard, stop, start);
    }

    private static async Task<double> SecondsAsync(LabNode node, string end, string begin, CancellationToken cancel)
    {
        var told = await node.ExpectAsync($"systemctl show -P {end} {Postgres.UnitName}; systemctl show -P {begin} {Postgres.UnitName}", cancel: cancel);
        var times = told.Split('\n').Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToList();
        return (times[0] - times[1]) / 1e6;
    }
}
