using NodeAgent.Daemon.Cli.Doctors;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Linux.Commands;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent doctor</c>: checks of this node.</summary>
internal static class DoctorVerb
{
    public static Command Build(CliContext context)
    {
        var (config, dropIns) = (DaemonVerb.ConfigOption(), DaemonVerb.DropInOption());
        config.Description = $"The configuration file; by default that of the running agent, or else {ConfigReader.DefaultPath}";
        var verb = new Command("doctor", "Look at everything on this node that could fail later, and say what to do") { config, dropIns };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            using var client = context.ClientFor(parsed);
            var doctor = new Doctor(client, new CommandRunner(new CommandRunnerOptions(), context.Around.Time), context.Around.Time);
            var report = await doctor.ExamineAsync(parsed.GetValue(config), parsed.GetValue(dropIns), cancellation);
            screen.Show(report, shown => Draw(screen, shown));
            return CodeOf(report.Verdict);
        });
        return verb;
    }

    internal static int CodeOf(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Failed => ExitCode.Critical,
        DoctorVerdict.Warning => ExitCode.Degraded,
        _ => ExitCode.Ok,
    };

    internal static void Draw(Screen screen, DoctorReport report)
    {
        screen.Table(
            ["Verdict", "Check", "Subject", "Finding"],
            report.Findings.Select(finding => (IReadOnlyList<string>)
            [
                finding.Verdict switch
                {
                    DoctorVerdict.Ok => $"{Marks.Good} ok",
                    DoctorVerdict.Warning => $"{Marks.Warning} warning",
                    DoctorVerdict.Failed => $"{Marks.Bad} failed",
                    _ => "- skipped",
                },
                finding.Check,
                finding.Subject.Length == 0 ? "-" : finding.Subject,
                finding.Remedy.Length == 0 ? finding.Reason : $"{finding.Reason.TrimEnd('.')}  -> {finding.Remedy}",
            ]));
        screen.Line("");
        screen.Line(string.Join(", ", report.Findings.GroupBy(finding => finding.Verdict).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}")));
    }
}
