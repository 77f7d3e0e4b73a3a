using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Calls;
using NodeAgent.Plugins.CephBackend.Clusters;

namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>
/// Plans pools for the cluster as it is, and makes them. On a connection of its own that needs no pool: the backend's own may be
/// one of those that are to be made.
/// </summary>
internal sealed partial class PoolLayouts(CephOptions options, CallLane lane) : IPoolLayouts
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(55);

    /// <inheritdoc/>
    public Task<Outcome<PoolLayoutPlan>> PlanLayoutsAsync(IReadOnlyList<PoolOrder> orders, CancellationToken cancellation)
    {
        const string What = "cannot plan pools";
        return lane.RunAsync(What, Deadline, () => With(What, connection => Plan(connection, orders, What).Map(plan => plan.Told)), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ApplyLayoutsAsync(PoolLayoutPlan plan, CancellationToken cancellation)
    {
        const string What = "cannot make pools";
        var done = await lane.RunAsync(What, Deadline, () => With(What, connection => Apply(connection, plan, What)), cancellation);
        return done.WithoutValue();
    }

    private static Outcome<bool> Apply(Connection connection, PoolLayoutPlan plan, string what)
    {
        var now = Plan(connection, [.. plan.Pools.Select(pool => new PoolOrder(pool.Name, pool.Intent))], what);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        if (now.Value.Told.Fingerprint != plan.Fingerprint || now.Value.Told.Blockers.Count > 0)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what,
                now.Value.Told.Blockers.Count > 0 ? now.Value.Told.Blockers[0] : "the cluster has changed since the plan was made", "Plan again.", Retry.AfterLook);
        }

        var steps = now.Value.Pools.SelectMany(pool => pool.Steps).ToList();
        foreach (var (at, step) in steps.Index())
        {
            var done = connection.Command(step.ToJson(), what);
            if (!done.IsOk)
            {
                // A plan for pools that are there already is refused: what is left is for hands.
                return done.Fault with
                {
                    Why = $"'{step.Text}': {done.Fault.Why}; {at} of {steps.Count} steps are done",
                    NextStep = $"{done.Fault.NextStep} Then, by hand: {string.Join("; ", steps.Skip(at).Select(left => left.Text))}.",
                };
            }
        }

        return true;
    }

    private static Outcome<(PoolLayoutPlan Told, IReadOnlyList<PoolPlan> Pools)> Plan(Connection connection, IReadOnlyList<PoolOrder> orders, string what)
    {
        var disks = connection.Command(new JsonObject { ["prefix"] = "osd df", ["output_method"] = "tree" }, what);
        var map = disks.IsOk ? connection.Command(new JsonObject { ["prefix"] = "osd dump" }, what) : disks;
        if (!map.IsOk)
        {
            return map.Fault;
        }

        var nodes = disks.Value?["nodes"]?.AsArray().OfType<JsonNode>().ToList() ?? [];
        var hosts = nodes.Where(node => Type(node) == "host" && node["children"]?.AsArray().Count > 0).Select(node => node["name"]!.GetValue<string>()).Order(StringComparer.Ordinal).ToList();
        var osds = nodes.Where(node => Type(node) == "osd" && node["reweight"]?.GetValue<double>() > 0).ToList();
        var raw = osds.Sum(node => node["kb"]?.GetValue<long>() ?? 0) << 10;
        var plans = new List<PoolPlan>();
        foreach (var order in orders)
        {
            var planned = PoolPlanner.Plan(order, hosts.Count, osds.Count, raw);
            if (!planned.IsOk)
            {
                return planned.Fault;
            }

            plans.Add(planned.Value);
        }

        var known = map.Value?["pools"]?.AsArray().OfType<JsonNode>().Select(pool => pool["pool_name"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal) ?? [];
        var layouts = plans.Zip(orders, (plan, order) => new PoolLayout(plan.Name, order.Intent, plan.Shape, plan.UsableBytes, plan.Survives, plan.Warnings, [.. plan.Commands])).ToList();
        return (new PoolLayoutPlan(hosts.Count, osds.Count, raw, layouts, [.. Blockers(plans, known)], Fingerprint(hosts, osds.Count, raw, layouts)), plans);
    }

    private static IEnumerable<string> Blockers(List<PoolPlan> plans, HashSet<string> known)
    {
        foreach (var name in plans.SelectMany(plan => plan.Pools).Where(known.Contains))
        {
            yield return $"There is a pool {name} already; its layout is left as it is.";
        }

        foreach (var plan in plans.Where(plan => !PoolName().IsMatch(plan.Name)))
        {
            yield return $"'{plan.Name}' is no name for a pool: letters, digits, '.', '_' and '-'.";
        }

        if (plans.SelectMany(plan => plan.Pools).GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            yield return $"Two pools would be called {twice.Key}.";
        }
    }

    private static string Type(JsonNode node) => node["type"]?.GetValue<string>() ?? "";

    private static string Fingerprint(List<string> hosts, int disks, long raw, List<PoolLayout> layouts) => Convert.ToHexString(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', [.. hosts, $"{disks} {raw}", .. layouts.SelectMany(layout => layout.Steps)]))));

    private Outcome<T> With<T>(string what, Func<Connection, Outcome<T>> act)
    {
        var opened = Connection.Open(options, what, needsPool: false);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using (opened.Value)
        {
            return act(opened.Value);
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,120}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PoolName();
}
