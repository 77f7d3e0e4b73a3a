namespace NodeAgent.Contract;

/// <summary>
/// Drives that an operator replaces while the storage goes on with them or without. An ability of its own, of storage that knows
/// its drives by name and brings a new one to where the old one was.
/// </summary>
public interface IDriveReplacement
{
    /// <summary>
    /// What replacing a drive would mean, everything that stands in its way, and how far it is if it was ordered. Changes nothing.
    /// No drive of this backend: <see cref="FaultCode.NotFound"/>.
    /// </summary>
    Task<Outcome<DriveReplacementPlan>> PlanReplacementAsync(DriveReplacement order, CancellationToken cancellation);

    /// <summary>
    /// Orders it, if nothing stands in its way. Agreed by the cluster when it returns; the upkeep of the nodes carries it out, and
    /// takes it up again after a kill. Ordered already: done.
    /// </summary>
    Task<Outcome> ReplaceAsync(DriveReplacement order, CancellationToken cancellation);
}
