namespace NodeAgent.Contract;

/// <summary>Snapshots of whole units: all volumes at one instant.</summary>
public interface ISnapshots
{
    /// <summary>Makes a snapshot of all the unit's volumes at one instant. The same name again: the same snapshot.</summary>
    Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation);

    /// <summary>The unit's snapshots on this node that cover every volume the snapshot was made of, oldest first.</summary>
    Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>
    /// Deletes snapshots of one unit. Absent ones: done. If one is held or cloned: <see cref="FaultCode.InUse"/> naming
    /// holders in <see cref="Fault.Facts"/>; the others may be deleted by then.
    /// </summary>
    Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation);

    /// <summary>Keeps a snapshot from being deleted until the tag is released. The same tag again: done.</summary>
    Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation);

    /// <summary>Takes a hold away. Not held: done.</summary>
    Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation);

    /// <summary>What a rollback would destroy. Changes nothing.</summary>
    Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation);

    /// <summary>
    /// Goes back to a snapshot, as planned. Refused with <see cref="FaultCode.PreconditionFailed"/> if the state has
    /// changed since the plan was made.
    /// </summary>
    Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation);

    /// <summary>Makes a new unit with the snapshot's content. Exists already as that clone: done.</summary>
    Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation);
}
