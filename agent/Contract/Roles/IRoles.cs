namespace NodeAgent.Contract;

/// <summary>Who writes a unit.</summary>
public interface IRoles
{
    /// <summary>This node's role, read from the storage.</summary>
    Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>What promoting would mean. Changes nothing; works with every other node dead.</summary>
    Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>
    /// Makes this node the writer. Writer at this epoch already: done. A lower epoch than durably seen:
    /// <see cref="FaultCode.StaleEpoch"/>. The epoch is stored before the storage takes its first write.
    /// </summary>
    Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation);

    /// <summary>
    /// Makes the storage refuse writes on this node; everything acknowledged is durable when this returns. Not the
    /// writer: done. In use: <see cref="FaultCode.InUse"/> with the users in <see cref="Fault.Facts"/>.
    /// </summary>
    Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation);
}
