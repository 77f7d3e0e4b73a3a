using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Snapshots of images that the kernel has open.</summary>
internal sealed class KernelSnapshots(KernelParts parts, CephSnapshots images, KernelVolumes volumes) : ISnapshots
{
    // The kernel opens no image with more than 510: a writer could not change any more. Some are left for those made by hand.
    private const int Most = 480;

    private readonly UnitGate gate = parts.Gate;

    /// <inheritdoc/>
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make snapshot {snapshot}";
        return !Names.IsValid(snapshot.Name)
            ? Task.FromResult(new Outcome<Snapshot>(Names.Invalid("snapshot", snapshot.Name)))
            : gate.ChangeAsync(
                snapshot.Unit, what,
                (_, e) => e.Made.Count() > 1
                    ? new Fault(
                        FaultCode.Unsupported, what, "the kernel writes several volumes of this unit, and nothing here holds its writes for one instant",
                        "Use a unit for each volume.", Retry.Never)
                    : TooMany(e.Snapshots.Count, what) is { } tooMany ? tooMany
                    : new SnapshotTaking(gate, snapshot, grant, what, () => volumes.Refresh(snapshot.Unit, what)).Run(e),
                cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) => images.ListAsync(unit, cancellation);

    /// <inheritdoc/>
    public Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation) => images.DeleteAsync(unit, names, cancellation);

    /// <inheritdoc/>
    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => images.HoldAsync(snapshot, tag, cancellation);

    /// <inheritdoc/>
    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => images.ReleaseAsync(snapshot, tag, cancellation);

    /// <inheritdoc/>
    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        Task.FromResult<Outcome<RollbackPlan>>(NoRollback($"cannot plan to roll back to {snapshot}"));

    /// <inheritdoc/>
    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) =>
        Task.FromResult<Outcome>(NoRollback($"cannot roll back to {plan.Target}"));

    /// <inheritdoc/>
    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        images.CloneAsync(snapshot, clone, grant, cancellation);

    /// <summary>Why there is to be no other snapshot of a volume; null if there may.</summary>
    public static Fault? TooMany(int count, string what) => count < Most ? null : new Fault(
        FaultCode.OutOfSpace, what, $"there are {count} snapshots, and the kernel cannot open an image with more than 510", "Delete snapshots first, or keep fewer.", Retry.AfterFix);

    private static Fault NoRollback(string what) => new(
        FaultCode.Unsupported, what, "an image that the kernel has open is not rolled back below it", "Clone the snapshot, and use the clone.", Retry.Never);
}
