using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Daemon.Cli.Configs;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent timings</c>: when what happens to a node that is cut off, and why that is safe.</summary>
internal static class TimingsVerb
{
    public static Command Build(CliContext context)
    {
        var stall = QuantityOption.Duration("--stall", "S: how long a node may stall before its services are taken from it; as configured unless said");
        var device = QuantityOption.Duration("--device", "The watchdog's timeout; with --stall as long as S unless said, else as configured");
        var (config, dropIns) = (DaemonVerb.ConfigOption(), DaemonVerb.DropInOption());
        var verb = new Command("timings", "When what happens to a node that is cut off, and why that is safe") { stall, device, config, dropIns };
        verb.SetAction((parsed, _) =>
        {
            var screen = context.ScreenFor(parsed);
            var chosen = Choose(parsed.GetValue(stall), parsed.GetValue(device), () => ChosenTimings.OfNode(parsed.GetValue(config), parsed.GetValue(dropIns)));
            if (!chosen.IsOk)
            {
                return Task.FromResult(screen.Fail(chosen.Fault));
            }

            var timings = Timings.Compute(chosen.Value.Choice);
            if (!timings.IsOk)
            {
                return Task.FromResult(screen.Fail(timings.Fault));
            }

            screen.Show(TimingsReport.Of(timings.Value, chosen.Value.From), report =>
            {
                screen.Line($"A stall tolerance of {Shown(report.Stall)} and a watchdog of {Shown(report.Device)}, from {report.From}.");
                screen.Line("");
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

    private static Outcome<ChosenTimings> Choose(TimeSpan? stall, TimeSpan? device, Func<Outcome<ChosenTimings>> configured)
    {
        if (stall is { } given)
        {
            return new ChosenTimings(new TimingChoice(given, device ?? given), "the command line");
        }

        return device is not { } other ? configured()
            : configured().Map(node => new ChosenTimings(node.Choice with { Device = other }, $"the command line and {node.From}"));
    }

    private static string Shown(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s");
}
