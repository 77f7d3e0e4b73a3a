using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent status</c>: one screen.</summary>
internal static class StatusVerb
{
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(2);

    public static Command Build(CliContext context)
    {
        var unit = new Argument<string?>("UNIT") { Description = "Show only this unit", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch", "-w") { Description = "Show it again every two seconds until Ctrl-C" };
        var exit = new Option<bool>("--exit-code") { Description = "End with 3 if degraded, 4 if failed" };
        var verb = new Command("status", "The cluster, its nodes, units and copies on one screen") { unit, watch, exit };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            while (true)
            {
                var status = await client.GetAsync<ClusterStatus>("v1/status", cancellation);
                if (!status.IsOk)
                {
                    return screen.Fail(status.Fault);
                }

                var shown = Only(status.Value, parsed.GetValue(unit));
                if (parsed.GetValue(watch))
                {
                    screen.Clear();
                }

                screen.Show(shown, value => StatusScreen.Draw(screen, value));
                if (!parsed.GetValue(watch))
                {
                    return parsed.GetValue(exit) ? CodeOf(shown.Verdict) : ExitCode.Ok;
                }

                await Task.Delay(DefaultPause, TimeProvider.System, cancellation);
            }
        });
        return verb;
    }

    private static ClusterStatus Only(ClusterStatus status, string? unit) => unit is null
        ? status
        : status with { Units = [.. status.Units.Where(line => line.Unit.Name == unit || line.Unit.ToString() == unit)] };

    private static int CodeOf(HealthLevel verdict) => verdict switch
    {
        HealthLevel.Ok => ExitCode.Ok,
        HealthLevel.Failed => ExitCode.Critical,
        _ => ExitCode.Degraded,
    };
}
