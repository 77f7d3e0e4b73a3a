using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Configs;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Tuning;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent tune …</c>: works without an agent, which only keeps what was applied over reboots.</summary>
internal static class TuneVerb
{
    public static Command Build(CliContext context) => new("tune", "Parameters of the ZFS module as named profiles") { Plan(context), Apply(context), Revert(context) };

    /// <summary>The state folder that the agent of this node uses.</summary>
    internal static string StateOf(CliContext context, string? config, string? dropIns)
    {
        var (file, folder) = ConfigVerb.Place(config, dropIns);
        var state = ConfigJudge.ValueOf(ConfigReader.Read(file, folder, new ConfigSources(Environment.MachineName)), "state");
        return Path.Join(context.Around.Root, state);
    }

    internal static Option<string?> ProfileOption(string description) =>
        new("--profile") { Description = $"{description}: {string.Join(", ", TuningProfiles.All.Select(profile => profile.Name))}" };

    internal static Tuner TunerOf(CliContext context, string state) =>
        new(new TuneBook(state), TuneSurroundings.Below(context.Around.Root, context.Around.Time));

    internal static string Shown(long? value, KnobUnit unit) => value switch
    {
        null => "-",
        { } bytes when unit == KnobUnit.Bytes => Spans.Size(bytes),
        { } seconds when unit == KnobUnit.Seconds => $"{seconds.ToString(CultureInfo.InvariantCulture)} s",
        { } count => count.ToString(CultureInfo.InvariantCulture),
    };

    private static Command Plan(CliContext context)
    {
        var profile = ProfileOption("One of these, by default the one that is kept");
        var verb = new Command("plan", "What a profile would change, and why; changes nothing") { profile };
        Add(context, verb, (tuner, parsed) => tuner.Plan(parsed.GetValue(profile)), (screen, report) =>
        {
            Table(screen, report, "Wanted");
            var chosen = TuningProfiles.All.First(known => known.Name == report.Profile);
            screen.Note($"{chosen.Name}: {chosen.Purpose}. ZFS {report.Zfs ?? "is not loaded"}. Kept over reboots: {report.Kept ?? "nothing"}.");
        });
        return verb;
    }

    private static Command Apply(CliContext context)
    {
        var profile = ProfileOption("One of these");
        profile.Required = true;
        var verb = new Command("apply", "Put a profile in force now and after reboots; what was before is recorded") { profile };
        Add(
            context, verb, (tuner, parsed) => TuningProfiles.Find(parsed.GetValue(profile)!) is var found && found.IsOk ? tuner.Apply(found.Value) : found.Fault!,
            (screen, report) =>
            {
                Table(screen, report, "Is");
                screen.Note(report.Lines.Any(line => line.Verdict == TuneVerdict.Changed) ? $"{report.Profile} is in force and kept over reboots." : $"{report.Profile} was in force already; nothing was changed.");
            });
        return verb;
    }

    private static Command Revert(CliContext context)
    {
        var verb = new Command("revert", "Bring back exactly what was before 'apply'; what somebody else changed since stays");
        Add(context, verb, (tuner, _) => tuner.Revert(), (screen, report) =>
        {
            Table(screen, report, "Before");
            screen.Note(report.Profile is null ? "No profile was kept; nothing was changed."
                : report.Lines.Count == 0 ? $"{report.Profile} is not kept any more; ZFS was loaded anew since, nothing had to be brought back."
                : $"{report.Profile} is not kept any more.");
        });
        return verb;
    }

    private static void Add(CliContext context, Command verb, Func<Tuner, ParseResult, Outcome<TuneReport>> work, Action<Screen, TuneReport> people)
    {
        var (config, dropIns) = (DaemonVerb.ConfigOption(), DaemonVerb.DropInOption());
        verb.Add(config);
        verb.Add(dropIns);
        verb.SetAction(parsed =>
        {
            var screen = context.ScreenFor(parsed);
            var done = work(TunerOf(context, StateOf(context, parsed.GetValue(config), parsed.GetValue(dropIns))), parsed);
            if (!done.IsOk)
            {
                return screen.Fail(done.Fault);
            }

            screen.Show(done.Value, report =>
            {
                people(screen, report);
                foreach (var note in report.Notes)
                {
                    screen.Note($"! {note}");
                }
            });
            return ExitCode.Ok;
        });
    }

    private static void Table(Screen screen, TuneReport report, string goal)
    {
        if (report.Lines.Count > 0)
        {
            screen.Table(["Parameter", goal == "Wanted" ? "Now" : "Was", goal, "", "Why"], report.Lines.Select(line => (IReadOnlyList<string>)
                [line.Parameter, Shown(line.Now, line.Unit), Shown(line.Wanted, line.Unit), Words(line.Verdict), line.Why]));
        }
    }

    private static string Words(TuneVerdict verdict) => verdict switch
    {
        TuneVerdict.Same => $"{Marks.Good} same",
        TuneVerdict.Change => $"{Marks.Warning} change",
        TuneVerdict.Changed => $"{Marks.Good} changed",
        TuneVerdict.NotWritable => "- not at runtime",
        TuneVerdict.Missing => "- not there",
        TuneVerdict.Unreadable => "- unreadable",
        TuneVerdict.UnknownVersion => "- unknown version",
        TuneVerdict.Contradicts => "- contradicts",
        TuneVerdict.TooSmall => "- node too small",
        _ => "- left alone",
    };
}
