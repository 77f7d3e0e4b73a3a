using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>Roles of one node.</summary>
internal sealed class MemoryRoles(Gate gate) : IRoles
{
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync<RoleReport>("get role", () => Report(unit));

    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => gate.LookAsync<PromotePlan>(
        "plan promote", () => new PromotePlan(unit, gate.Unit?.Complete() is [.., var newest] ? newest.Name : null, LossEstimate.Unknown(""), [], []));

    public Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        gate.ChangeAsync("promote", () => Promote(grant));

    public Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation) => gate.ChangeAsync<RoleReport>("demote", () =>
        {
            if (gate.Unit is { Role: Role.Writer } known)
            {
                known.Role = Role.Reader;
                known.IsOwnHead = true;
            }

            return Report(unit);
        });

    private Outcome<RoleReport> Promote(WriteGrant grant)
    {
        if (gate.Unit is not { } unit || (!unit.IsOwnHead && unit.Role != Role.Writer && unit.Complete().Count == 0))
        {
            return new Fault(FaultCode.NotFound, $"cannot promote on {gate.Node}", "there is no whole copy", "", Retry.AfterLook);
        }

        if (grant.Epoch.Value < unit.Epoch)
        {
            return new Fault(FaultCode.StaleEpoch, $"cannot promote on {gate.Node}", $"epoch {unit.Epoch} was seen", "", Retry.Never);
        }

        if (unit is { Role: not Role.Writer, IsOwnHead: false })
        {
            RollBack(unit, unit.Complete()[^1]);
        }

        (unit.Epoch, unit.Role, unit.IsOwnHead) = (grant.Epoch.Value, Role.Writer, true);
        return Report(grant.Unit);
    }

    // What streams brought beyond the newest whole snapshot belongs to no instant.
    private static void RollBack(MemoryUnit unit, MemoryPoint newest)
    {
        foreach (var volume in unit.Volumes.Values)
        {
            volume.Points.RemoveAll(point => point.Order > newest.Order);
            volume.Partial = null;
            volume.Head = [.. volume.Newest?.Content ?? volume.Head];
        }
    }

    private RoleReport Report(UnitId unit) => new(unit, gate.Unit?.Role ?? Role.Absent, new Epoch(gate.Unit?.Epoch ?? 0), "");
}
