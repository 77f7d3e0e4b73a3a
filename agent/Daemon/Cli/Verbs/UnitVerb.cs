using System.CommandLine;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Units.Adoptions;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent unit …</c>: what concerns a unit's record.</summary>
internal static class UnitVerb
{
    public static Command Build(CliContext context) => new("unit", "A unit whose record was lost with the state folder") { Adopt(context) };

    private static Command Adopt(CliContext context)
    {
        var unit = new Argument<string>("UNIT") { Description = "The unit; its storage must be on this node, and have been written here" };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done, or what stands in the way" };
        var yes = CliContext.YesOption();
        var verb = new Command("adopt", "Go on writing a unit whose record this node lost; refused while anybody else may write it, or holds newer data") { unit, plan, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var text = parsed.GetValue(unit)!;
                var planned = await client.PostAsync<AdoptionReport>("v1/units/adopt/plan", new { Unit = text }, cancellation);
                if (!planned.IsOk || parsed.GetValue(plan))
                {
                    return planned;
                }

                var sure = context.Confirm(parsed, yes, $"make this node the writer of {planned.Value.Unit}, in epoch {planned.Value.Epoch}", planned.Value.Unit.Name);
                return sure.IsOk ? await client.PostAsync<AdoptionReport>("v1/units/adopt", new { Unit = text }, cancellation) : sure.Fault;
            },
            Draw);
        return verb;
    }

    private static void Draw(Screen screen, AdoptionReport report)
    {
        screen.Line(report.IsDone ? $"unit {report.Unit} is written here again, in epoch {report.Epoch}" : $"unit {report.Unit} can be adopted, in epoch {report.Epoch}:");
        for (var step = 0; step < report.Steps.Count; step++)
        {
            screen.Line($"  {step + 1}. {report.Steps[step]}");
        }
    }
}
