using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Leaves snapshots out of the listing that are there all the same.</summary>
internal sealed class HidingSnapshots(ISnapshots inner, ISet<string> hidden) : ISnapshots
{
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation) =>
        inner.CreateAsync(snapshot, grant, cancellation);

    public async Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) =>
        (await inner.ListAsync(unit, cancellation)).Map<IReadOnlyList<Snapshot>>(all => [.. all.Where(known => !hidden.Contains(known.Id.Name))]);

    public Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation) =>
        inner.DeleteAsync(unit, names, cancellation);

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => inner.HoldAsync(snapshot, tag, cancellation);

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => inner.ReleaseAsync(snapshot, tag, cancellation);

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        inner.PlanRollbackAsync(snapshot, cancellation);

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) => inner.RollbackAsync(plan, grant, cancellation);

    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        inner.CloneAsync(snapshot, clone, grant, cancellation);
}
