using NodeAgent.Contract;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Pools by what they are for.</summary>
internal sealed class PoolEndpoints(UnitWorld world) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<PoolPlanOrder, PoolPlanReport>("/v1/pools/plan", PlanAsync);
        routes.Post<PoolPlanOrder, PoolPlanReport>("/v1/pools/apply", ApplyAsync);
    }

    private async Task<Outcome<PoolPlanReport>> PlanAsync(PoolPlanOrder order, CancellationToken cancellation)
    {
        var able = Find(order.Backend);
        if (!able.IsOk)
        {
            return able.Fault;
        }

        var plan = await able.Value.Layouts.PlanLayoutsAsync(order.Pools, cancellation);
        return plan.Map(made => new PoolPlanReport(able.Value.Id, made, IsApplied: false));
    }

    private async Task<Outcome<PoolPlanReport>> ApplyAsync(PoolPlanOrder order, CancellationToken cancellation)
    {
        var planned = await PlanAsync(order, cancellation);
        if (!planned.IsOk)
        {
            return planned;
        }

        if (planned.Value.Plan.Fingerprint != order.Fingerprint)
        {
            return new Fault(
                FaultCode.PreconditionFailed, $"cannot make pools of backend {planned.Value.Backend}", "the storage has changed since the plan was shown",
                "Look at the plan again.", Retry.AfterLook);
        }

        var able = Find(planned.Value.Backend.Value);
        var applied = able.IsOk ? await able.Value.Layouts.ApplyLayoutsAsync(planned.Value.Plan, cancellation) : able.Fault!;
        return applied.IsOk ? planned.Value with { IsApplied = true } : applied.Fault;
    }

    private Outcome<(BackendId Id, IPoolLayouts Layouts)> Find(string? backend)
    {
        var able = world.Backends().Where(entry => backend is null || entry.Key.Value == backend)
            .Select(entry => (entry.Key, Layouts: entry.Value.Ability<IPoolLayouts>())).Where(entry => entry.Layouts is not null).ToList();
        return able is [var (id, layouts)] ? (id, layouts!) : new Fault(
            FaultCode.NotFound, "cannot plan pools",
            able.Count > 1 ? $"several backends plan pools: {string.Join(", ", able.Select(one => one.Key))}" : $"no backend that is ready {(backend is null ? "" : $"and is called {backend} ")}plans pools",
            able.Count > 1 ? "Name one with --backend." : "Look at 'nodeagent status': is a backend of Ceph there?", Retry.Never);
    }
}
