using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>Orders about nodes and about all takeovers: drain, undrain, fence, confirm-dead, disarm, arm.</summary>
internal static class NodeVerbs
{
    public static Command Drain(CliContext context)
    {
        var (node, yes) = (new Argument<string>("NODE") { Description = "The node" }, CliContext.YesOption());
        var (wait, timeout, reason) = (OrderWaiting.NoWaitOption(), OrderWaiting.TimeoutOption(), OrderWaiting.ReasonOption());
        var force = new Option<bool>("--force") { Description = "Do it though storage that the node serves objects" };
        var verb = new Command("drain", "Move all services away from a node and send none there") { node, force, yes, wait, timeout, reason };
        context.AskOrPlan(
            verb,
            (client, parsed, cancellation) => WhatIfVerb.PlanDrainAsync(client, parsed.GetValue(node)!, cancellation),
            WhatIfVerb.DrawDrain,
            async (client, parsed, cancellation) =>
            {
                var (name, isForced) = (parsed.GetValue(node)!, parsed.GetValue(force));
                var asked = isForced
                    ? context.Confirm(parsed, yes, $"drain {name} whatever storage it serves. If it is switched off then, writes may wait until it is back", name)
                    : Outcome.Done;
                return asked.IsOk
                    ? await OrderWaiting.GiveAsync(
                        client,
                        new ServiceOrder("drain", name, parsed.GetValue(reason) ?? "", null, OrderWaiting.Seconds(parsed.GetValue(wait), parsed.GetValue(timeout)), null) { IsForced = isForced },
                        cancellation)
                    : asked.Fault!;
            },
            OrderWaiting.Draw);
        return verb;
    }

    public static Command Undrain(CliContext context) =>
        OrderWaiting.Make(context, "undrain", "Let a node have services again", "undrain", "NODE", "The node");

    public static Command ConfirmDead(CliContext context)
    {
        var (node, yes) = (new Argument<string>("NODE") { Description = "The node" }, CliContext.YesOption());
        var (wait, timeout, reason) = (OrderWaiting.NoWaitOption(), OrderWaiting.TimeoutOption(), OrderWaiting.ReasonOption());
        var verb = new Command("confirm-dead", "Say that a node is switched off: you have seen it; others take its services then") { node, yes, wait, timeout, reason };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var name = parsed.GetValue(node)!;
                var asked = context.Confirm(parsed, yes, $"let others write what {name} wrote. If it runs all the same, data is destroyed", name);
                return asked.IsOk
                    ? await OrderWaiting.GiveAsync(
                        client,
                        new ServiceOrder("confirmDead", name, Who(context, parsed.GetValue(reason)), null, OrderWaiting.Seconds(parsed.GetValue(wait), parsed.GetValue(timeout)), null),
                        cancellation)
                    : asked.Fault!;
            },
            OrderWaiting.Draw);
        return verb;
    }

    public static Command Fence(CliContext context)
    {
        var (node, yes) = (new Argument<string>("NODE") { Description = "The node" }, CliContext.YesOption());
        var verb = new Command("fence", "Cut a node's power and read back that it is off") { node, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var name = parsed.GetValue(node)!;
                var asked = context.Confirm(parsed, yes, $"switch {name} off, whatever it does", name);
                return asked.IsOk ? await client.PostAsync<OrderReport>("v1/fence", new { Node = name }, cancellation) : asked.Fault!;
            },
            OrderWaiting.Draw);
        return verb;
    }

    public static Command Disarm(CliContext context)
    {
        var lasting = QuantityOption.Duration("--for", "How long; after that takeovers happen again by themselves. Without it until 'nodeagent arm'");
        var reason = OrderWaiting.ReasonOption();
        var verb = new Command("disarm", "Let no service go to another node by itself; what runs goes on") { lasting, reason };
        context.Ask(
            verb,
            (client, parsed, cancellation) => OrderWaiting.GiveAsync(
                client, new ServiceOrder("disarm", "", Who(context, parsed.GetValue(reason)), null, 10, parsed.GetValue(lasting)?.TotalSeconds), cancellation),
            OrderWaiting.Draw);
        return verb;
    }

    public static Command Arm(CliContext context)
    {
        var reason = OrderWaiting.ReasonOption();
        var verb = new Command("arm", "Let takeovers happen by themselves again") { reason };
        context.Ask(
            verb,
            (client, parsed, cancellation) => OrderWaiting.GiveAsync(client, new ServiceOrder("arm", "", Who(context, parsed.GetValue(reason)), null, 10, null), cancellation),
            OrderWaiting.Draw);
        return verb;
    }

    private static string Who(CliContext context, string? reason) =>
        $"{context.Around.Variable("SUDO_USER") ?? context.Around.Variable("USER") ?? "an operator"}{(reason is { Length: > 0 } ? $": {reason}" : "")}";
}
