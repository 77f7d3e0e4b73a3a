using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent replication …</c>.</summary>
internal static class ReplicationVerb
{
    public static Command Build(CliContext context) => new("replication", "How units are replicated, and how far they are")
    {
        List(context), Run(context), Set(context), Pause(context, "pause", true), Pause(context, "resume", false), Rebuild(context), Remove(context),
    };

    private static Argument<string> Unit() => new("UNIT") { Description = "The unit" };

    private static Command List(CliContext context)
    {
        var watch = CliContext.WatchOption();
        var verb = new Command("list", "Each copy of each unit: how old, how far, what is wrong") { watch };
        context.Show(
            verb, watch,
            (client, _, cancellation) => client.GetAsync<ClusterStatus>("v1/status", cancellation),
            (screen, status) =>
            {
                screen.Table(
                    ["Unit", "Writer", "Copy", "State", "Progress", "Lag", "Every", "Snapshot", "Evidence", "Problem"],
                    status.Units.SelectMany(unit => unit.Copies.Select(copy => Row(unit, copy, status.At))),
                    "No unit has a copy. Make one: nodeagent replication set UNIT --replicate-to NODE");
                StatusScreen.LeftOut(screen, status);
            });
        return verb;
    }

    private static IReadOnlyList<string> Row(UnitLine unit, CopyLine copy, DateTimeOffset now) =>
    [
        unit.Unit.ToString(),
        unit.Writer.Value,
        copy.Node.Value,
        unit.IsPaused ? "paused" : copy.State.ToString().ToLowerInvariant(),
        copy.Progress switch
        {
            null => copy.Resync is { } resync ? StatusScreen.Progress(resync) : "-",
            { TotalBytes: > 0 and var total } sending => ProgressLine.Bar(sending.DoneBytes / (double)total),
            var sending => Spans.Size(sending.DoneBytes),
        },
        copy.DataAsOf is { } asOf ? Spans.Short(now > asOf ? now - asOf : TimeSpan.Zero) : "-",
        Spans.Short(TimeSpan.FromSeconds(unit.IntervalSeconds)),
        copy.Snapshot ?? "-",
        copy.Evidence,
        copy.Problem ?? "-",
    ];

    private static Command Run(CliContext context)
    {
        var unit = Unit();
        var verb = new Command("run", "Bring a unit's copies up to date now, and wait for it") { unit };
        context.Ask(
            verb,
            (client, parsed, cancellation) => RunAsync(context, client, parsed.GetValue(unit)!, cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    /// <summary>Brings a unit's copies up to date, and shows how far it is to who watches.</summary>
    internal static Task<Outcome<DoneReport>> RunAsync(CliContext context, ApiClient client, string unit, CancellationToken cancellation) =>
        new StreamFollow(context.Around, client).WhileAsync(
            client.PostAsync<DoneReport>("v1/replication/run", new { Unit = unit }, cancellation), unit, cancellation);

    private static Command Set(CliContext context)
    {
        var unit = Unit();
        var copies = new Option<string[]>("--replicate-to") { Description = "The nodes that keep a copy; 'none' for no copies", AllowMultipleArgumentsPerToken = true };
        var every = QuantityOption.Duration("--every", "How often copies are brought up to date");
        var source = QuantityOption.Count("--keep-source", "Snapshots of replication that the writer keeps");
        var kept = QuantityOption.Count("--keep-copies", "Snapshots of replication that each copy keeps");
        var verb = new Command("set", "Change how a unit is replicated; what is not named stays as it is") { unit, copies, every, source, kept };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>(
                "v1/replication/set",
                new ReplicationOrder(
                    parsed.GetValue(unit)!, VolumeVerb.SplitNames(parsed.GetValue(copies)), parsed.GetValue(every)?.TotalSeconds,
                    parsed.GetValue(source), parsed.GetValue(kept), null),
                cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Pause(CliContext context, string name, bool isPaused)
    {
        var unit = Unit();
        var verb = new Command(name, isPaused ? "Stop replicating a unit until 'resume'" : "Go on replicating a unit") { unit };
        context.Ask(
            verb,
            (client, parsed, cancellation) => client.PostAsync<DoneReport>(
                "v1/replication/set", new ReplicationOrder(parsed.GetValue(unit)!, null, null, null, null, isPaused), cancellation),
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Rebuild(CliContext context)
    {
        var unit = Unit();
        var peer = new Option<string>("--peer") { Description = "Where the copy is", Required = true };
        var yes = CliContext.YesOption();
        var verb = new Command("rebuild", "Throw a copy away and make it anew; for one that has parted from the writer's") { unit, peer, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var (name, node) = (parsed.GetValue(unit)!, parsed.GetValue(peer)!);
                var sure = context.Confirm(parsed, yes, $"throw the copy of {name} on {node} away and send everything again", name);
                return sure.IsOk
                    ? await client.PostAsync<DoneReport>("v1/replication/rebuild", new { Unit = name, Peer = node }, cancellation)
                    : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }

    private static Command Remove(CliContext context)
    {
        var unit = Unit();
        var peer = new Option<string>("--peer") { Description = "The node that holds it", Required = true };
        var discard = new Option<bool>("--discard") { Description = "Also if it may hold what no other node has" };
        var yes = CliContext.YesOption();
        var verb = new Command("remove", "Delete what a node holds of a unit that it was left out of; on the unit's writer, or on that node if the unit is gone") { unit, peer, discard, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var order = new CopyRemoval(parsed.GetValue(unit)!, parsed.GetValue(peer)!, parsed.GetValue(discard));
                var sure = context.Confirm(parsed, yes, $"delete what {order.Peer} holds of {order.Unit}, its snapshots too", order.Unit);
                sure = sure.IsOk && order.Discard ? context.Confirm(parsed, yes, $"lose for ever what only {order.Peer} may hold", $"discard {order.Peer}") : sure;
                return sure.IsOk ? await client.PostAsync<DoneReport>("v1/replication/remove", order, cancellation) : sure.Fault;
            },
            (screen, done) => screen.Line(done.Text));
        return verb;
    }
}
