using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Flight;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent replay FILE</c>: plays what a node decided again; an incident becomes a test.</summary>
internal static class ReplayVerb
{
    public static Command Build(CliContext context)
    {
        var file = new Argument<string>("FILE") { Description = "A file of the folder 'flight' in an agent's state" };
        var all = new Option<bool>("--all") { Description = "Show inputs that nothing followed from, too" };
        var verb = new Command("replay", "Play a node's decisions again: the same inputs must have the same effects") { file, all };
        verb.SetAction(async (parsed, cancellation) =>
        {
            var screen = context.ScreenFor(parsed);
            var path = parsed.GetValue(file)!;
            if (!File.Exists(path))
            {
                return screen.Fail(new Fault(FaultCode.NotFound, $"cannot replay {path}", "there is no such file", "They are in STATE/flight.", Retry.Never));
            }

            var replayed = FlightReplay.Run(await File.ReadAllLinesAsync(path, cancellation), path);
            if (!replayed.IsOk)
            {
                return screen.Fail(replayed.Fault);
            }

            var differing = replayed.Value.Count(step => !step.IsSame);
            screen.Show(
                replayed.Value.Where(step => parsed.GetValue(all) || step.Effects.Count > 0 || !step.IsSame).Select(Line).ToList(),
                steps =>
                {
                    screen.Table(["Line", "At", "Input", "Followed by"], steps.Select(step => (IReadOnlyList<string>)
                        [step.Line.ToString(CultureInfo.InvariantCulture), step.At.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), step.Input, $"{(step.IsSame ? "" : "NOT THE SAME: ")}{string.Join("; ", step.Effects)}"]), "Nothing followed from anything.");
                    screen.Line(differing == 0 ? $"{replayed.Value.Count} inputs: the same effects as then" : $"{differing} of {replayed.Value.Count} inputs have other effects now");
                });
            return differing == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return verb;
    }

    private static ReplayLine Line(ReplayStep step) => new(step.Line, step.At, Input(step.Input), [.. step.Effects.Select(effect => effect.ToString()!)], step.IsSame);

    // A view is too long for a line.
    private static string Input(NodeInput input) => input is NodeInput.Seen seen
        ? string.Create(CultureInfo.InvariantCulture, $"Seen revision {seen.View.Revision}, here: {string.Join(", ", seen.View.Present)}")
        : input.ToString()!;
}
