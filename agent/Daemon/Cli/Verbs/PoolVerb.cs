using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent pool list</c>: the pools under all backends, on all nodes.</summary>
internal static class PoolVerb
{
    public static Command Build(CliContext context) => new("pool", "The pools that volumes lie in") { List(context) };

    private static Command List(CliContext context)
    {
        var watch = CliContext.WatchOption();
        var verb = new Command("list", "Health, room, and the scrub or resilver of each pool, as its node sees it") { watch };
        context.Show(
            verb, watch,
            async (client, _, cancellation) => (await client.GetAsync<ClusterStatus>("v1/status", cancellation)).Map(PoolLine.Of),
            (screen, lines) => screen.Table(
                ["Node", "Backend", "Pool", "Health", "Size", "Free", "Goes on", "Remarks"],
                lines.Select(Row),
                "No node tells of a pool: their backends have none, or none was looked at yet ('nodeagent status')."));
        return verb;
    }

    private static IReadOnlyList<string> Row(PoolLine line) =>
    [
        line.Node.Value,
        line.Backend.Value,
        line.Pool.Name,
        $"{StatusScreen.Mark(line.Pool.Health)}{(line.Pool.Native.Length > 0 ? $" ({line.Pool.Native})" : "")}",
        line.Pool.CapacityBytes is { } size ? Spans.Size(size) : "-",
        Free(line.Pool),
        line.Activity.Length > 0 ? line.Activity : line.Pool.IsSuspended ? "nothing: all I/O is suspended" : "-",
        line.Pool.Remarks.Count > 0 ? string.Join(" ", line.Pool.Remarks) : "-",
    ];

    private static string Free(PoolReport pool) => pool.AvailableBytes is not { } free ? "-"
        : pool.CapacityBytes is > 0 and var size ? FormattableString.Invariant($"{Spans.Size(free)} ({100 * free / size} %)")
        : Spans.Size(free);
}
