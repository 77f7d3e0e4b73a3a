using System.Globalization;
using NodeAgent.Core.Leases;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent timings</c>: when what happens to a node that is cut off, and why that is safe.</summary>
internal static class TimingsVerb
{
    public static Command Build(CliContext context)
    {
        var stall = QuantityOption.Duration("--stall", "S: how long a node may stall before its services are taken from it; 4s unless said");
        var device = QuantityOption.Duration("--device", "The watchdog's timeout; as long as S unless said");
        var verb = new Command("timings", "When what happens to a node that is cut off, and why that is safe") { stall, device };
        verb.SetAction((parsed, _) =>
        {
            var screen = context.ScreenFor(parsed);
            var chosen = parsed.GetValue(stall) ?? TimingChoice.DefaultStall;
            var timings = Timings.Compute(new TimingChoice(chosen, parsed.GetValue(device) ?? chosen));
            if (!timings.IsOk)
            {
                return Task.FromResult(screen.Fail(timings.Fault));
            }

            screen.Show(TimingsReport.Of(timings.Value), report =>
            {
                screen.Table(["After the last renewal was sent", "What happens"], report.Steps.Select(step => new[] { Shown(step.Seconds), step.What }), "");
                screen.Line("");
                screen.Table(
                    ["Holds", "Rule", "Smaller", "Larger", "Otherwise"],
                    report.Rules.Select(rule => new[] { rule.Holds ? "yes" : "NO", rule.Name, Shown(rule.Smaller), Shown(rule.Larger), rule.Why }), "");
                screen.Line("");
                screen.Line(
                    $"An agent that is replaced {(report.ReplacedWithin is { } within ? $"must be back within {Shown(within)}; services go on meanwhile" : "has its services stopped or moved first")}: "
                    + $"nodeagent-guard believes no deadline further ahead than {Shown(Timings.UsualLongestLease.TotalSeconds)} unless --longest-lease says so.");
            });
            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }

    private static string Shown(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");
}
