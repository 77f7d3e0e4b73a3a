using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedPoolLayouts(CallSupervisor calls) : IPoolLayouts
{
    public Task<Outcome<PoolLayoutPlan>> PlanLayoutsAsync(IReadOnlyList<PoolOrder> orders, CancellationToken cancellation) =>
        calls.RunAsync<IPoolLayouts, PoolLayoutPlan>(
            GuardedCall.Read("pools.plan", "plan pools"), (layouts, stop) => layouts.PlanLayoutsAsync(orders, stop), cancellation);

    public Task<Outcome> ApplyLayoutsAsync(PoolLayoutPlan plan, CancellationToken cancellation) =>
        calls.RunAsync<IPoolLayouts>(
            GuardedCall.Change("pools.apply", "make pools", "pools"), (layouts, stop) => layouts.ApplyLayoutsAsync(plan, stop), cancellation);
}
