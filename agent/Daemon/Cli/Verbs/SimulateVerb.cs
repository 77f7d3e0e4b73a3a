using System.CommandLine;
using System.Globalization;
using NodeAgent.Daemon.Cli.Configs;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Rehearsals;
using NodeAgent.Rehearsal;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent simulate FILE</c>: what the agents would do, by the very decisions that they make. Works without an agent.</summary>
internal static class SimulateVerb
{
    public static Command Build(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "Nodes, services and timed steps, as YAML or JSON; see nodeagent-simulate(5)" };
        var quiet = new Option<bool>("--no-timeline") { Description = "Leave out what happened in between" };
        var verb = new Command("simulate", "Rehearse failures of a cluster offline: where services go, who is reset, what is lost") { file, quiet };
        verb.SetAction((parsed, _) => Task.FromResult(Run(context.ScreenFor(parsed), parsed.GetValue(file)!, parsed.GetValue(quiet))));
        return verb;
    }

    private static int Run(Screen screen, string path, bool isQuiet)
    {
        var reading = RehearsalFile.Read(path);
        if (reading.Plan is null)
        {
            screen.Show(new ConfigReport(false, [path], [.. reading.Problems.Select(ConfigReportProblem.Of)]), _ => Note(screen, reading));
            return ExitCode.BadConfiguration;
        }

        Note(screen, reading);
        var report = SimulateReport.Of(Rehearsing.Run(reading.Plan).Value, isQuiet);
        screen.Show(report, shown => Draw(screen, shown));
        return report.Violations.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void Note(Screen screen, RehearsalReading reading)
    {
        foreach (var problem in reading.Problems)
        {
            screen.Note(problem.ToString());
        }
    }

    private static void Draw(Screen screen, SimulateReport report)
    {
        foreach (var entry in report.Timeline)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{entry.At,10:0.000} s  {entry.Node,-8} {entry.Text}"));
        }

        screen.Line("");
        screen.Line($"CLUSTER {report.Cluster}");
        screen.Line("");
        screen.Table(["NODE", "POWER", "STATE", "LEASE"], report.Nodes.Select(node => new[] { node.Name, node.Power, node.State, node.Lease }));
        screen.Line("");
        screen.Table(
            ["SERVICE", "STATE", "NODE", "EPOCH", "LOST", "NOT WRITTEN FOR", "WHY"],
            report.Services.Select(service => new[]
            {
                service.Name, service.State, service.Node ?? "-", $"{service.Epoch}", Seconds(service.LostSeconds), Seconds(service.DownSeconds), service.Reason,
            }));
        Resets(screen, "RESET", report.Resets);
        Resets(screen, "DECLARED FENCED", report.Fenced);
        foreach (var violation in report.Violations)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"BROKEN PROMISE at {violation.At:0.000} s: {violation.Promise}: {violation.What}"));
        }
    }

    private static void Resets(Screen screen, string head, IReadOnlyList<SimulateReport.Reset> resets)
    {
        if (resets.Count > 0)
        {
            screen.Line("");
            screen.Table([head, "AT", "WHY"], resets.Select(reset => new[] { reset.Node, Seconds(reset.At), reset.Why }));
        }
    }

    private static string Seconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s");
}
