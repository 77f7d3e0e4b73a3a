using System.CommandLine;
using System.Globalization;
using NodeAgent.Daemon.Cli.Live;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Units.Handovers;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent switchover</c>: moves a service, or the writer of a unit, to another node, and loses nothing.</summary>
internal static class SwitchoverVerb
{
    public static Command Build(CliContext context)
    {
        var unit = new Argument<string>("UNIT") { Description = "The service, or a unit: one that belongs to a service moves with it" };
        var to = new Option<string>("--to") { Description = "The node that is to have it; it must keep a copy", Required = true };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done, or what stands in the way" };
        var verb = new Command("switchover", "Move a service, or the writer of a unit, to another node, without loss; a unit of no service: give it on its writer") { unit, to, plan };
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

    /// <summary>What was done, or would be.</summary>
    public static void Draw(Screen screen, SwitchoverReport report)
    {
        foreach (var seen in report.Seen)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{seen.Seconds,8:0.0} s  {seen.Text}"));
        }

        screen.Line(report.Text);
        for (var step = 0; step < report.Steps.Count; step++)
        {
            screen.Line($"  {step + 1}. {report.Steps[step]}");
        }

        foreach (var warning in report.Warnings)
        {
            screen.Line($"! {warning}");
        }

        if (report is { Service: not null, IsDone: true })
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"{report.TookSeconds:0.0##} s in all, {report.FrozenSeconds:0.0##} s without the service"));
        }

        if (report.Snapshot is not null)
        {
            screen.Line($"it begins with snapshot {report.Snapshot}; {report.TookSeconds:0.0##} s in all, brought up to date {report.Rounds} times");
        }
    }
}
