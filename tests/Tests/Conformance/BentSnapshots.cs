using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes everything on, but for what a test bends.</summary>
internal sealed class BentSnapshots(ISnapshots inner) : ISnapshots
{
    public Func<UnitId, IReadOnlyList<string>, CancellationToken, Task<Outcome>>? Delete { get; init; }

    public Func<UnitId, CancellationToken, Task<Outcome<IReadOnlyList<Snapshot>>>>? List { get; init; }

    public Func<RollbackPlan, WriteGrant, CancellationToken, Task<Outcome>>? Rollback { get; init; }

    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation) =>
        inner.CreateAsync(snapshot, grant, cancellation);

    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) =>
        (List ?? inner.ListAsync)(unit, cancellation);

    public Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation) =>
        (Delete ?? inner.DeleteAsync)(unit, names, cancellation);

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        inner.HoldAsync(snapshot, tag, cancellation);

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        inner.ReleaseAsync(snapshot, tag, cancellation);

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        inner.PlanRollbackAsync(snapshot, cancellation);

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) =>
        (Rollback ?? inner.RollbackAsync)(plan, grant, cancellation);

    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        inner.CloneAsync(snapshot, clone, grant, cancellation);
}
