using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent status</c>: one screen.</summary>
internal static class StatusVerb
{
    public static Command Build(CliContext context)
    {
        var unit = new Argument<string?>("UNIT") { Description = "Show only this unit", Arity = ArgumentArity.ZeroOrOne };
        var watch = CliContext.WatchOption();
        var exit = new Option<bool>("--exit-code") { Description = "End with 3 if degraded, 4 if failed" };
        var verb = new Command("status", "The cluster, its nodes, units and copies on one screen") { unit, watch, exit };
        context.Show(
            verb, watch,
            async (client, parsed, cancellation) => Only(await client.GetAsync<ClusterStatus>("v1/status", cancellation), parsed.GetValue(unit)),
            StatusScreen.Draw,
            (parsed, status) => parsed.GetValue(exit) ? CodeOf(status.Verdict) : ExitCode.Ok);
        return verb;
    }

    /// <summary>Only one unit, with the problems that concern it; a unit that nobody knows is told as such.</summary>
    private static Outcome<ClusterStatus> Only(Outcome<ClusterStatus> status, string? unit)
    {
        if (unit is null || !status.IsOk)
        {
            return status;
        }

        var units = status.Value.Units.Where(line => line.Unit.Name == unit || line.Unit.ToString() == unit).ToList();
        var subjects = units.Select(line => line.Unit.ToString()).ToHashSet(StringComparer.Ordinal);
        return units.Count == 0
            ? new Fault(FaultCode.NotFound, $"cannot show unit '{unit}'", "no node that answers knows it", "'nodeagent status' lists all units.", Retry.Never)
            : status.Value with { Units = units, Problems = [.. status.Value.Problems.Where(problem => !problem.Subject.Contains(':', StringComparison.Ordinal) || subjects.Contains(problem.Subject))] };
    }

    private static int CodeOf(HealthLevel verdict) => verdict switch
    {
        HealthLevel.Ok => ExitCode.Ok,
        HealthLevel.Failed => ExitCode.Critical,
        _ => ExitCode.Degraded,
    };
}
