using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedRoles(CallSupervisor calls) : IRoles
{
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) =>
        calls.RunAsync<IRoles, RoleReport>(
            new GuardedCall("roles.get", CallKind.RoleRead, $"read the role of {unit}", ""),
            (roles, stop) => roles.GetRoleAsync(unit, stop),
            cancellation);

    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) =>
        calls.RunAsync<IRoles, PromotePlan>(
            GuardedCall.Read("roles.plan_promote", $"plan the promotion of {unit}"),
            (roles, stop) => roles.PlanPromoteAsync(unit, stop),
            cancellation);

    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var host = calls.HostEnd(CallKind.Promote);
        return calls.RunAsync<IRoles, RoleReport>(
            new GuardedCall("roles.promote", CallKind.Promote, $"promote {grant.Unit}", grant.Unit.ToString()) { Host = host },
            (roles, stop) => roles.PromoteAsync(grant, host.Progress(progress), stop),
            cancellation);
    }

    public Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var host = calls.HostEnd(CallKind.Demote);
        return calls.RunAsync<IRoles, RoleReport>(
            new GuardedCall("roles.demote", CallKind.Demote, $"demote {unit}", unit.ToString()) { Host = host },
            (roles, stop) => roles.DemoteAsync(unit, host.Progress(progress), stop),
            cancellation);
    }
}
