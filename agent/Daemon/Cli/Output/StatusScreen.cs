using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Cli.Output;

/// <summary>Draws a status for people: the verdict, what to do, nodes, units.</summary>
internal static class StatusScreen
{
    public static void Draw(Screen screen, ClusterStatus status)
    {
        var up = status.Nodes.Count(node => node.Reachable == Answer.Yes);
        screen.Line($"CLUSTER {status.Cluster ?? "(none)"}  {Mark(status.Verdict)}  nodes {up}/{status.Nodes.Count}  units {status.Units.Count}  seen from {status.Node}");
        foreach (var problem in status.Problems)
        {
            screen.Line($"! {problem.Subject}: {problem.Text}{(problem.NextStep.Length == 0 ? "" : $"  -> {problem.NextStep}")}");
        }

        screen.Line("");
        screen.Table(["Node", "State", "Version", "Seen", "Paths", "Backends"], status.Nodes.Select(node => Row(node, status)));
        Kept(screen, status);
        foreach (var line in NodeReserve.Describe(status.Reserve))
        {
            screen.Line(line);
        }

        if (status.Services.Count > 0)
        {
            screen.Line("");
            Verbs.ServiceVerb.Draw(screen, status.Services);
        }

        if (status.Units.Count == 0)
        {
            screen.Line("");
            screen.Line("No units yet. Make one: nodeagent volume create NAME --size 1GiB --replicate-to NODE");
            return;
        }

        screen.Line("");
        screen.Table(
            ["Unit", "Writer", "Volumes", "Copy", "State", "Lag (every)", "Snapshot", "If the writer died now"],
            status.Units.SelectMany(unit => Rows(unit, status.At)));
        LeftOut(screen, status);
        foreach (var unit in status.Units)
        {
            if (unit.Switchover is { } move)
            {
                screen.Line($"Moving {unit.Unit} from {move.From} to {move.To} for {Spans.Short(Positive(status.At - move.StartedAt))}: {move.Step}");
            }
        }
    }

    /// <summary>What a node that was lost had written last: nothing is wrong, but an operator should know that it is there.</summary>
    private static void Kept(Screen screen, ClusterStatus status)
    {
        foreach (var (node, kept) in status.Nodes.SelectMany(node => node.Backends.SelectMany(backend => backend.Kept.Select(kept => (node.Name, kept)))))
        {
            screen.Line(
                $"Kept on {node} for {Spans.Short(Positive(status.At - kept.Since))}: {kept.Unit}, what {kept.Of} had there beyond {kept.Snapshot ?? "nothing"}"
                + $"{(kept.Bytes is { } bytes ? $", {Spans.Size(bytes)}" : "")}  -> nodeagent kept list, on {node}");
        }
    }

    /// <summary>What nodes hold that are no copies any more: nothing is wrong, but it takes space until somebody removes it.</summary>
    internal static void LeftOut(Screen screen, ClusterStatus status)
    {
        foreach (var (unit, left) in status.Units.SelectMany(unit => unit.LeftOut.Select(left => (unit.Unit, left))))
        {
            var asOf = left.DataAsOf is { } time ? $", {Spans.Short(Positive(status.At - time))} old" : "";
            screen.Line($"No copy any more, but still on {left.Node}: {unit}{asOf} ({left.Why})  -> {left.NextStep}");
        }
    }

    /// <summary>$"{Marks.Good} ok": a sign and a word, for those who see no colours.</summary>
    public static string Mark(HealthLevel level) => level switch
    {
        HealthLevel.Ok => $"{Marks.Good} ok",
        HealthLevel.Degraded => $"{Marks.Warning} degraded",
        HealthLevel.Failed => $"{Marks.Bad} failed",
        _ => "? unknown",
    };

    private static string[] Row(NodeLine node, ClusterStatus status) =>
    [
        node.Name.Value,
        node.Reachable switch { Answer.Yes => $"{Marks.Good} up", Answer.No => $"{Marks.Bad} unreachable", _ => "? never heard" },
        node.Version?.Split('+')[0] ?? "-",
        node.Name == status.Node ? "here" : node.LastSeen is { } seen ? $"{Spans.Short(Positive(status.At - seen))} ago" : "-",
        node.Paths.Count == 0 ? "-" : string.Join(' ', node.Paths.Select(path => $"{path.Network}:{(path.IsUp switch { true => "up", false => "DOWN", _ => "-" })}")),
        node.Backends.Count == 0 ? "-" : string.Join(' ', node.Backends.Select(backend => $"{backend.Id}:{backend.State}")),
    ];

    private static IEnumerable<IReadOnlyList<string>> Rows(UnitLine unit, DateTimeOffset now)
    {
        var volumes = unit.Volumes.Count == 0 ? "-" : string.Join(", ", unit.Volumes.Select(volume => volume.Bytes > 0 ? $"{volume.Name} {Spans.Size(volume.Bytes)}" : volume.Name));
        var every = Spans.Short(TimeSpan.FromSeconds(unit.IntervalSeconds));
        if (unit.Copies.Count == 0)
        {
            yield return [unit.Unit.ToString(), unit.Writer.Value, volumes, "-", unit.IsForgotten ? $"{Marks.Bad} forgotten" : $"{Marks.Warning} no copy", "-", "-", unit.WouldLose];
        }

        for (var index = 0; index < unit.Copies.Count; index++)
        {
            var copy = unit.Copies[index];
            var isFirst = index == 0;
            yield return
            [
                isFirst ? unit.Unit.ToString() : "",
                isFirst ? unit.Writer.Value : "",
                isFirst ? volumes : "",
                copy.Node.Value,
                State(unit, copy),
                $"{(copy.DataAsOf is { } asOf ? Spans.Short(Positive(now - asOf)) : "-")} ({every})",
                copy.Snapshot ?? "-",
                isFirst ? unit.WouldLose : "",
            ];
        }
    }

    private static string State(UnitLine unit, CopyLine copy) => copy switch
    {
        { Progress: { } progress } => $"{Marks.Warning} sending {progress.Volume} {Progress(progress)}",
        { Resync: { } resync } => $"{Marks.Warning} copying {Progress(resync)}",
        { Problem: not null } => $"{Marks.Bad} {Word(copy.State)}",
        _ when unit.IsPaused => $"{Marks.Warning} paused",
        { State: CopyState.InSync } => $"{Marks.Good} in sync",
        _ => $"{Marks.Warning} {Word(copy.State)}",
    };

    private static string Progress(StreamProgress progress) => progress.TotalBytes is > 0 and var total
        ? $"{Math.Min(100, progress.DoneBytes * 100 / total)} %"
        : Spans.Size(progress.DoneBytes);

    /// <summary>"42 %, 3 m left": of a copying that the storage does itself.</summary>
    internal static string Progress(ResyncLine resync)
    {
        var done = resync.TotalBytes is > 0 and var total
            ? $"{Math.Clamp((total - resync.RemainingBytes) * 100 / total, 0, 100)} %"
            : $"{Spans.Size(resync.RemainingBytes)} to go";
        return resync.SecondsLeft is { } left ? $"{done}, {Spans.Short(TimeSpan.FromSeconds(Math.Min(left, 1e9)))} left" : done;
    }

    private static string Word(CopyState state) => state switch
    {
        CopyState.InSync => "in sync",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static TimeSpan Positive(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}
