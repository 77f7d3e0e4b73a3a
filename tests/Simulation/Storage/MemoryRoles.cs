using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>Roles of one node. Nobody changes the writer in this world yet.</summary>
internal sealed class MemoryRoles(Gate gate) : IRoles
{
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) => gate.LookAsync<RoleReport>(
        "get role", () => new RoleReport(unit, gate.Unit?.Role ?? Role.Absent, new Epoch(gate.Unit?.Epoch ?? 0), ""));

    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation) => throw new NotSupportedException();
}
