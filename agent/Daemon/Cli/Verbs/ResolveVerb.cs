using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Units.Choices;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent volume resolve</c>: a person chooses between copies that parted.</summary>
internal static class ResolveVerb
{
    public static Command Build(CliContext context)
    {
        var unit = new Argument<string>("UNIT") { Description = "The unit whose copies parted, or of which none counts any more" };
        var keep = new Option<string>("--keep") { Description = "The node whose copy counts from now on; the other is overwritten", Required = true };
        var plan = new Option<bool>("--plan") { Description = "Only show what both sides have, what would be done, and what stands in the way" };
        var without = new Option<bool>("--without-keeping") { Description = "Go on although what the other copy holds cannot be kept as a snapshot" };
        var yes = CliContext.YesOption();
        var verb = new Command("resolve", "Choose between copies that parted (split brain); refused while any node has the unit open or may have")
        {
            unit, keep, plan, without, yes,
        };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var order = new ChoiceOrder(parsed.GetValue(unit)!, parsed.GetValue(keep)!, parsed.GetValue(without));
                var planned = await client.PostAsync<ChoiceReport>("v1/volumes/resolve/plan", order, cancellation);
                if (!planned.IsOk || parsed.GetValue(plan))
                {
                    return planned;
                }

                if (planned.Value.Blockers.Count > 0)
                {
                    return Refused(planned.Value);
                }

                var sure = Consent(context, parsed, yes, planned.Value);
                return sure.IsOk ? await client.PostAsync<ChoiceReport>("v1/volumes/resolve", order, cancellation) : sure.Fault;
            },
            Draw);
        return verb;
    }

    // Whoever cannot see both sides before the question would answer it blindly.
    private static Outcome Consent(CliContext context, ParseResult parsed, Option<bool> yes, ChoiceReport report)
    {
        foreach (var line in parsed.GetValue(yes) ? [] : report.Sides.SelectMany(Lines))
        {
            context.Around.Error.WriteLine(line);
        }

        var sure = context.Confirm(parsed, yes, $"keep the copy of {report.Unit} on {report.Keep} and overwrite the one on {report.GivesWay}", $"{report.Unit.Name} {report.Keep}");
        return sure.IsOk && !report.IsKept && report.Steps.Count > 2
            ? context.Confirm(parsed, yes, $"lose for ever what only {report.GivesWay} holds", $"discard {report.GivesWay}")
            : sure;
    }

    private static Fault Refused(ChoiceReport report) => new(
        FaultCode.PreconditionFailed, $"cannot keep the copy of {report.Unit} on {report.Keep}", string.Join("; ", report.Blockers),
        $"'nodeagent volume resolve {report.Unit.Name} --keep {report.Keep} --plan' shows both sides.", Retry.AfterFix);

    private static void Draw(Screen screen, ChoiceReport report)
    {
        screen.Line(report.IsDone ? $"{report.Unit}: the copy of {report.Keep} counts now, {report.GivesWay} gives way" : $"{report.Unit}: to keep the copy of {report.Keep}");
        foreach (var line in report.Sides.SelectMany(Lines).Concat(report.Absent.Select(absent => $"  {absent}")))
        {
            screen.Line(line);
        }

        for (var step = 0; step < report.Steps.Count; step++)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {step + 1}. {report.Steps[step]}"));
        }

        foreach (var blocker in report.Blockers)
        {
            screen.Line($"  not now: {blocker}");
        }

        if (report.IsDone)
        {
            screen.Line("The agents of both nodes carry it out; 'nodeagent status' shows how far it is.");
        }
    }

    private static IEnumerable<string> Lines(CopySide side) =>
        side.Facts.Select(fact => $"    {fact.Name}: {fact.Text}")
            .Prepend(string.Create(CultureInfo.InvariantCulture, $"  {side.Node}, seen {side.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, {Open(side.IsOpen)}"))
            .Append($"    can be kept: {side.KeptBy ?? $"no, {side.NotKeptBecause}"}");

    private static string Open(Answer isOpen) => isOpen switch { Answer.Yes => "open", Answer.No => "closed", _ => "open or not: unknown" };
}
