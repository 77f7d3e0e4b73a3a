using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent drive replace</c>: a new drive in the place of one that is to go.</summary>
internal static class DriveVerb
{
    public static Command Build(CliContext context) => new("drive", "The drives that a backend's copies are on") { Replace(context) };

    private static Command Replace(CliContext context)
    {
        var drive = new Argument<string>("DRIVE") { Description = "The drive that is to go, by the name that the configuration has for it: its PARTUUID" };
        var with = new Option<string>("--with") { Description = "The empty drive of the same node that takes its place, named the same way", Required = true };
        var backend = new Option<string?>("--backend") { Description = "Whose drive it is; without it, of the backend that knows it" };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done, and what stands in the way; or how far it is" };
        var yes = CliContext.YesOption();
        var verb = new Command("replace", "Replace a drive of this node while the storage goes on; ordered again, it tells how far that is") { drive, with, backend, plan, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var order = new DriveOrder(parsed.GetValue(drive)!, parsed.GetValue(with)!, parsed.GetValue(backend));
                var planned = await client.PostAsync<DriveReport>("v1/drives/replace/plan", order, cancellation);
                if (!planned.IsOk || parsed.GetValue(plan) || planned.Value.IsOrdered)
                {
                    return planned;
                }

                if (planned.Value.Plan.Blockers.Count > 0)
                {
                    return new Fault(
                        FaultCode.PreconditionFailed, $"cannot replace drive {order.Drive}", string.Join("; ", planned.Value.Plan.Blockers),
                        $"'nodeagent drive replace {order.Drive} --with {order.With} --plan' shows what would be done.", Retry.AfterFix);
                }

                var sure = context.Confirm(parsed, yes, $"take drive {order.Drive} of {planned.Value.Plan.Node} out of service and put {order.With} in its place", order.With);
                return sure.IsOk ? await client.PostAsync<DriveReport>("v1/drives/replace", order, cancellation) : sure.Fault;
            },
            Draw);
        return verb;
    }

    private static void Draw(Screen screen, DriveReport report)
    {
        var at = $"{report.Drive} of {report.Plan.Node} (backend {report.Backend})";
        screen.Line(report.Plan.Stage switch
        {
            DriveReplacementStage.Done => $"Drive {at} is replaced by {report.With}.",
            DriveReplacementStage.Copying => $"Drive {at} is being replaced by {report.With}.",
            _ => $"To replace drive {at} with {report.With}:",
        });
        if (report.Plan.Progress.Length > 0)
        {
            screen.Line($"  {report.Plan.Progress}");
        }

        for (var step = 0; report.Plan.Stage != DriveReplacementStage.Done && step < report.Plan.Steps.Count; step++)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {step + 1}. {report.Plan.Steps[step]}"));
        }

        foreach (var blocker in report.Plan.Blockers)
        {
            screen.Line($"  not now: {blocker}");
        }

        if (report.Plan.Stage == DriveReplacementStage.Copying)
        {
            screen.Line("The agents of both nodes carry it out, and go on after a restart; ordered again, this tells how far it is.");
        }
    }
}
