using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes everything on, but for what a test bends.</summary>
internal sealed class BentRoles(IRoles inner) : IRoles
{
    public Func<UnitId, CancellationToken, Task<Outcome<RoleReport>>>? Get { get; init; }

    public Func<WriteGrant, CancellationToken, Task<Outcome<RoleReport>>>? Promote { get; init; }

    public Func<UnitId, CancellationToken, Task<Outcome<RoleReport>>>? Demote { get; init; }

    public Func<UnitId, CancellationToken, Task<Outcome<PromotePlan>>>? Plan { get; init; }

    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) =>
        (Get ?? inner.GetRoleAsync)(unit, cancellation);

    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) =>
        (Plan ?? inner.PlanPromoteAsync)(unit, cancellation);

    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        Promote is null ? inner.PromoteAsync(grant, progress, cancellation) : Promote(grant, cancellation);

    public Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        Demote is null ? inner.DemoteAsync(unit, progress, cancellation) : Demote(unit, cancellation);
}
