using System.CommandLine;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Units.Handovers;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent switchover</c>: moves the writer of a unit to another node, and loses nothing.</summary>
internal static class SwitchoverVerb
{
    public static Command Build(CliContext context)
    {
        var unit = new Argument<string>("UNIT") { Description = "The unit" };
        var to = new Option<string>("--to") { Description = "The node that is to write it; it must keep a copy", Required = true };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done, or what stands in the way" };
        var verb = new Command("switchover", "Move the writer of a unit to another node, without loss; give it on the writer") { unit, to, plan };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var (name, order) = (parsed.GetValue(unit)!, new SwitchoverOrder(parsed.GetValue(unit)!, parsed.GetValue(to)!));
                return parsed.GetValue(plan)
                    ? await client.PostAsync<SwitchoverReport>("v1/switchover/plan", order, cancellation)
                    : await new StreamFollow(context.Around, client).WhileAsync(
                        client.PostAsync<SwitchoverReport>("v1/switchover", order, cancellation), name, cancellation);
            },
            Draw);
        return verb;
    }

    private static void Draw(Screen screen, SwitchoverReport report)
    {
        screen.Line(report.Text);
        for (var step = 0; step < report.Steps.Count; step++)
        {
            screen.Line($"  {step + 1}. {report.Steps[step]}");
        }

        foreach (var warning in report.Warnings)
        {
            screen.Line($"! {warning}");
        }

        if (report.Snapshot is not null)
        {
            screen.Line($"it begins with snapshot {report.Snapshot}; {report.TookSeconds:0.0##} s in all, brought up to date {report.Rounds} times");
        }
    }
}
