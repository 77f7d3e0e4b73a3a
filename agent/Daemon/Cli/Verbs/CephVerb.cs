using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Cli.Output;
using NodeAgent.Daemon.Status;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary><c>nodeagent ceph …</c>: what only Ceph has.</summary>
internal static class CephVerb
{
    public static Command Build(CliContext context) => new("ceph", "Pools of a Ceph cluster by what they are for, and mirroring to another site") { Plan(context), CephMirrorVerb.Build(context) };

    private static Command Plan(CliContext context)
    {
        var (hot, cold) = (Pool("--hot", "A pool for small writes that must be quick"), Pool("--cold", "A pool for what is large and seldom written"));
        var backend = new Option<string?>("--backend") { Description = "The backend whose cluster is meant, where several plan pools" };
        var apply = new Option<bool>("--apply") { Description = "Make the pools, once you have typed the backend's name" };
        var yes = CliContext.YesOption();
        var verb = new Command("plan", "The layout of pools for the nodes that there are: room, and what it survives; --apply makes them") { hot, cold, backend, apply, yes };
        context.Ask(
            verb,
            async (client, parsed, cancellation) =>
            {
                var orders = new[] { (Name: parsed.GetValue(hot), Intent: PoolIntent.Hot), (Name: parsed.GetValue(cold), Intent: PoolIntent.Cold) }
                    .Where(order => order.Name is not null).Select(order => new PoolOrder(order.Name!, order.Intent)).ToList();
                if (orders.Count == 0)
                {
                    return new Fault(FaultCode.InvalidArgument, "cannot plan pools", "no pool was named", "Give --hot NAME, --cold NAME, or both.", Retry.Never);
                }

                var order = new PoolPlanOrder(parsed.GetValue(backend), orders, null);
                var planned = await client.PostAsync<PoolPlanReport>("v1/pools/plan", order, cancellation);
                return planned.IsOk && parsed.GetValue(apply) ? await ApplyAsync(context, client, parsed, yes, order, planned.Value, cancellation) : planned;
            },
            Draw);
        return verb;
    }

    private static Option<string?> Pool(string name, string description) => new(name) { Description = description, HelpName = "NAME" };

    private static async Task<Outcome<PoolPlanReport>> ApplyAsync(
        CliContext context, ApiClient client, ParseResult parsed, Option<bool> yes, PoolPlanOrder order, PoolPlanReport report, CancellationToken cancellation)
    {
        if (report.Plan.Blockers.Count > 0)
        {
            return new Fault(FaultCode.PreconditionFailed, $"cannot make pools of backend {report.Backend}", string.Join(" ", report.Plan.Blockers), "Name other pools, or mend that.", Retry.AfterFix);
        }

        var lines = report.Plan.Pools.SelectMany(pool => pool.Warnings.Select(warning => $"! {pool.Name}: {warning}").Concat(pool.Steps));
        var sure = context.Confirm(parsed, yes, $"make pools in the cluster of backend {report.Backend}:\n  {string.Join("\n  ", lines)}", report.Backend.Value);
        return sure.IsOk
            ? await client.PostAsync<PoolPlanReport>("v1/pools/apply", order with { Backend = report.Backend.Value, Fingerprint = report.Plan.Fingerprint }, cancellation)
            : sure.Fault;
    }

    private static void Draw(Screen screen, PoolPlanReport report)
    {
        var plan = report.Plan;
        screen.Line($"Backend {report.Backend}: {plan.Disks} disks in {plan.Nodes} nodes, {Spans.Size(plan.RawBytes)} raw");
        screen.Table(
            ["Pool", "For", "Layout", "Usable", "Survives"],
            plan.Pools.Select(pool => (IReadOnlyList<string>)[pool.Name, pool.Intent == PoolIntent.Hot ? "hot" : "cold", pool.Shape, Spans.Size(pool.UsableBytes), pool.Survives]));
        if (plan.Pools.Count > 1)
        {
            screen.Note("Pools share the disks: each is counted as if it had them alone, with the loss of one node kept in reserve.");
        }

        foreach (var warning in plan.Pools.SelectMany(pool => pool.Warnings.Select(text => $"! {pool.Name}: {text}")).Concat(plan.Blockers.Select(text => $"! {text}")))
        {
            screen.Note(warning);
        }

        if (!report.IsApplied)
        {
            plan.Pools.SelectMany(pool => pool.Steps).ToList().ForEach(step => screen.Line("  " + step));
        }

        screen.Note(report.IsApplied ? "The pools are made." : "Nothing was changed; --apply makes them.");
    }
}
