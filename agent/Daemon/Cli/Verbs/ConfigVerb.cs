using System.CommandLine;
using NodeAgent.Daemon.Cli.Configs;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Configuration;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent config …</c>: works without an agent.</summary>
internal static class ConfigVerb
{
    public static Command Build(CliContext context) => new("config", "Check and show this node's configuration")
    {
        Check(context), Show(context),
    };

    /// <summary>The file and the folder of drop-ins, which lies beside it if it is not named.</summary>
    internal static (string File, string DropIns) Place(string? file, string? dropIns)
    {
        var path = file ?? ConfigReader.DefaultPath;
        return (path, dropIns ?? Path.Join(Path.GetDirectoryName(Path.GetFullPath(path)), "conf.d"));
    }

    private static Argument<string?> File() => new("FILE")
    {
        Description = $"The configuration file; by default {ConfigReader.DefaultPath}",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static Command Check(CliContext context)
    {
        var (file, dropIns) = (File(), DaemonVerb.DropInOption());
        var verb = new Command("check", "Tell everything that is wrong with it at once; nothing is started") { file, dropIns };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            var (path, folder) = Place(parsed.GetValue(file), parsed.GetValue(dropIns));
            var reading = await ConfigJudge.ReadAsync(path, folder, context.Around.Time, cancellation);
            var report = new ConfigReport(reading.Config is not null, reading.Files, [.. reading.Problems.Select(ConfigReportProblem.Of)]);
            screen.Show(report, _ => Draw(screen, reading));
            return report.IsValid ? ExitCode.Ok : ExitCode.BadConfiguration;
        });
        return verb;
    }

    private static void Draw(Screen screen, ConfigReading reading)
    {
        foreach (var problem in reading.Problems)
        {
            screen.Line(problem.ToString());
        }

        var errors = reading.Problems.Count(problem => problem.Severity == ProblemSeverity.Error);
        var warnings = reading.Problems.Count - errors;
        screen.Note(reading.Config is null
            ? $"{Count(errors, "error")}, {Count(warnings, "warning")}"
            : $"{string.Join(", ", reading.Files)}: no errors, {Count(warnings, "warning")}");
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static Command Show(CliContext context)
    {
        var (file, dropIns) = (File(), DaemonVerb.DropInOption());
        var origin = new Option<bool>("--origin") { Description = "Say for each field in which file and line it was set" };
        var verb = new Command("show", "Every field as it counts, defaults and drop-ins included") { file, dropIns, origin };
        verb.SetAction(parsed =>
        {
            var screen = context.ScreenFor(parsed);
            var (path, folder) = Place(parsed.GetValue(file), parsed.GetValue(dropIns));
            var reading = ConfigReader.Read(path, folder, new ConfigSources(Environment.MachineName));
            var fields = reading.Lines.Select(line => new ConfigFieldReport(line.Field, line.Value, line.Place?.ToString())).ToList();
            screen.Show(fields, _ =>
            {
                foreach (var line in reading.Lines)
                {
                    screen.Line(parsed.GetValue(origin) ? line.ToString() : $"{line.Field} = {line.Value}");
                }
            });
            if (reading.Config is not null)
            {
                return ExitCode.Ok;
            }

            screen.Note("The configuration has errors, and only what was understood is shown: 'nodeagent config check'.");
            return ExitCode.BadConfiguration;
        });
        return verb;
    }
}
