using NodeAgent.Contract;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>Dies before and after each change of a role.</summary>
internal sealed class KillableRoles(IRoles inner, KillSwitch kill, string node) : IRoles
{
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) => inner.GetRoleAsync(unit, cancellation);

    /// <summary>The snapshot that the storage says it would open; null: what it would.</summary>
    public string? Planned { get; set; }

    public async Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) =>
        (await inner.PlanPromoteAsync(unit, cancellation)).Map(plan => plan with { Snapshot = Planned ?? plan.Snapshot });

    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        AroundAsync("promote", () => inner.PromoteAsync(grant, progress, cancellation));

    public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        AroundAsync("demote", () => inner.DemoteAsync(unit, progress, cancellation));

    private async Task<T> AroundAsync<T>(string what, Func<Task<T>> work)
    {
        kill.Pass($"before {what} on {node}");
        var result = await work();
        kill.Pass($"after {what} on {node}");
        return result;
    }
}
