using System.CommandLine;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Units.Handovers;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent service …</c>: what fails over.</summary>
internal static class ServiceVerb
{
    private const string Described = "The service";

    public static Command Build(CliContext context) => new("service", "List, start, stop and move what fails over")
    {
        List(context),
        OrderWaiting.Make(context, "start", "A service shall run", "start", "SERVICE", Described),
        OrderWaiting.Make(context, "stop", "A service shall not run anywhere", "stop", "SERVICE", Described),
        Move(context),
        OrderWaiting.Make(context, "reset", "Try a service again on the nodes where it failed", "reset", "SERVICE", Described),
        OrderWaiting.Make(context, "forget", "A service that no configuration has any more is gone; its units belong to none", "forget", "SERVICE", "The service; or a unit that was in one and whose last writer is lost: what this node has of it may then count"),
        OrderWaiting.Make(context, "ignore", "Leave a service as it is; 'service start' looks after it again", "ignore", "SERVICE", Described),
    };

    /// <summary>The table of services.</summary>
    public static void Draw(Screen screen, IReadOnlyList<ServiceLine> services) => screen.Table(
        ["Service", "State", "Node", "Epoch", "If its node dies", "Why"],
        services.Select(service => (IReadOnlyList<string>)
        [
            service.Name,
            $"{MarkOf(service)} {service.State}{(service.Wanted == "running" ? "" : $" (wanted: {service.Wanted})")}",
            service.Node?.Value ?? "-",
            service.Epoch.ToString(),
            service.IfNodeDies is { } prospect ? $"{(service.IsSafe ? Marks.Good : Marks.Warning)} {prospect}" : "-",
            service.Reason.Length > 0 ? service.Reason : "-",
        ]),
        "No services. They are described in the configuration: 'services'.");

    private static Command List(CliContext context)
    {
        var watch = CliContext.WatchOption();
        var verb = new Command("list", "All services: where they run, and what would happen if that node died") { watch };
        context.Show(
            verb, watch,
            (client, _, cancellation) => client.GetAsync<ServicesReport>("v1/services", cancellation),
            (screen, report) =>
            {
                Draw(screen, report.Services);
                if (!report.IsArmed)
                {
                    screen.Line($"! takeovers are disarmed: {report.ArmReason}  -> nodeagent arm");
                }

                if (!report.HasStore)
                {
                    screen.Line($"! {report.Node} takes no part in decisions now: it does not reach the cluster store");
                }
            });
        return verb;
    }

    private static Command Move(CliContext context)
    {
        var of = new Argument<string>("SERVICE") { Description = Described };
        var to = new Option<string>("--to") { Description = "The node that is to run it", Required = true };
        var (wait, timeout, reason) = (OrderWaiting.NoWaitOption(), OrderWaiting.TimeoutOption(), OrderWaiting.ReasonOption());
        var verb = new Command("move", "Move a service to another node, without loss") { of, to, wait, timeout, reason };
        context.AskOrPlan(
            verb,
            (client, parsed, cancellation) => client.PostAsync<SwitchoverReport>("v1/switchover/plan", new SwitchoverOrder(parsed.GetValue(of)!, parsed.GetValue(to)!), cancellation),
            SwitchoverVerb.Draw,
            (client, parsed, cancellation) => OrderWaiting.GiveAsync(
                client,
                new ServiceOrder("move", parsed.GetValue(of)!, parsed.GetValue(reason) ?? "", parsed.GetValue(to), OrderWaiting.Seconds(parsed.GetValue(wait), parsed.GetValue(timeout)), null),
                cancellation),
            OrderWaiting.Draw);
        return verb;
    }

    private static string MarkOf(ServiceLine service) => service.State switch
    {
        "running" => Marks.Good,
        "error" => Marks.Bad,
        "stopped" when service.Wanted == "stopped" => Marks.Good,
        _ => Marks.Warning,
    };
}
