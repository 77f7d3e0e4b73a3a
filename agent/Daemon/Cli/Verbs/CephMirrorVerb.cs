using System.CommandLine;
using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent ceph mirror …</c>: units that another cluster's rbd-mirror follows.</summary>
internal static class CephMirrorVerb
{
    public static Command Build(CliContext context)
    {
        var force = new Option<bool>("--force") { Description = "Although the other site gave nothing away: what it has beyond the copy is lost, or both go apart; asks" };
        return new Command("mirror", "Units that are mirrored to another site by snapshots (rbd-mirror)")
        {
            Status(context),
            Order(context, "enable", "Mirror all volumes of a unit; give it on the node that writes it", _ => SiteAction.Enable),
            Order(context, "disable", "End it, where the source is; the other site's copy goes away; asks. There, once it is gone: forget it", _ => SiteAction.Disable),
            Order(context, "snapshot", "Mirror what is there now, without waiting for the interval", _ => SiteAction.Snapshot),
            Order(context, "demote", "Give a unit away to the other site, in order; refused while it is open", _ => SiteAction.Demote),
            Order(context, "promote", "Make this site the source of a unit that the other site gave away", parsed => parsed.GetValue(force) ? SiteAction.PromoteByForce : SiteAction.Promote, force),
            Order(context, "resync", "Throw away what this site holds of a unit and copy it anew, such as after a split brain; asks", _ => SiteAction.Resync),
        };
    }

    private static Command Status(CliContext context)
    {
        var unit = new Argument<string?>("UNIT") { Description = "One unit, looked at closely; all that are mirrored if it is left out", Arity = ArgumentArity.ZeroOrOne };
        var watch = CliContext.WatchOption();
        var verb = new Command("status", "How mirroring is, seen from this site: here, there, and how far behind") { unit, watch };
        context.Show(
            verb, watch,
            (client, parsed, cancellation) => client.GetAsync<IReadOnlyList<BackendSites>>(
                parsed.GetValue(unit) is { } one ? $"v1/sites?unit={Uri.EscapeDataString(one)}" : "v1/sites", cancellation),
            (screen, backends) => CephMirrorScreen.Draw(screen, backends));
        return verb;
    }

    private static Command Order(CliContext context, string name, string description, Func<ParseResult, SiteAction> action, params Option[] more)
    {
        var unit = new Argument<string>("UNIT") { Description = "The unit, with all its volumes" };
        var plan = new Option<bool>("--plan") { Description = "Only show what would be done and lost, and what stands in the way" };
        var yes = CliContext.YesOption();
        var verb = new Command(name, description) { unit, plan, yes };
        more.ToList().ForEach(verb.Add);
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var order = new SiteMessage(parsed.GetValue(unit)!, action(parsed), null);
                var planned = await client.PostAsync<SitePlanReport>("v1/sites/plan", order, cancellation);
                if (!planned.IsOk || parsed.GetValue(plan))
                {
                    return planned;
                }

                var sure = Agreed(context, parsed, yes, planned.Value, name);
                return sure.IsOk ? await client.PostAsync<SitePlanReport>("v1/sites/apply", order with { Fingerprint = planned.Value.Plan.Fingerprint }, cancellation) : sure.Fault;
            },
            Draw);
        return verb;
    }

    private static Outcome Agreed(CliContext context, ParseResult parsed, Option<bool> yes, SitePlanReport report, string name)
    {
        var plan = report.Plan;
        return plan.Blockers.Count > 0
            ? new Fault(FaultCode.PreconditionFailed, $"cannot {name} the mirror of {report.Unit}", string.Join(' ', plan.Blockers), "Mend that first.", Retry.AfterFix)
            : plan.Losses.Count == 0 ? Outcome.Done
            : context.Confirm(
                parsed, yes, $"{name} the mirror of {report.Unit}. What is lost:\n  {string.Join("\n  ", plan.Losses)}\nand what is done:\n  {string.Join("\n  ", plan.Steps)}",
                $"{report.Unit.Name} {name}");
    }

    private static void Draw(Screen screen, SitePlanReport report)
    {
        var plan = report.Plan;
        screen.Line(plan.Steps.Count == 0 && plan.Blockers.Count == 0 ? $"{report.Unit}: it is so already"
            : report.IsDone ? $"{report.Unit}: done" : $"{report.Unit}: what would be done");
        for (var step = 0; step < plan.Steps.Count; step++)
        {
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {step + 1}. {plan.Steps[step]}"));
        }

        foreach (var line in plan.Losses.Select(text => $"  lost: {text}").Concat(plan.Blockers.Select(text => $"  not now: {text}")))
        {
            screen.Line(line);
        }

        plan.Warnings.ToList().ForEach(text => screen.Note($"! {text}"));
    }
}
