using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedSnapshots(CallSupervisor calls) : ISnapshots
{
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots, Snapshot>(
            GuardedCall.Change("snapshots.create", $"make snapshot {snapshot}", snapshot.Unit),
            (snapshots, stop) => snapshots.CreateAsync(snapshot, grant, stop),
            cancellation);

    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) =>
        calls.ListAsync<ISnapshots, Snapshot>(
            GuardedCall.Read("snapshots.list", $"list snapshots of {unit}"),
            (snapshots, stop) => snapshots.ListAsync(unit, stop),
            cancellation);

    public Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots>(
            GuardedCall.Change("snapshots.delete", $"delete {names.Count} snapshots of {unit}", unit),
            (snapshots, stop) => snapshots.DeleteAsync(unit, names, stop),
            cancellation);

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots>(
            GuardedCall.Change("snapshots.hold", $"hold snapshot {snapshot}", snapshot.Unit),
            (snapshots, stop) => snapshots.HoldAsync(snapshot, tag, stop),
            cancellation);

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots>(
            GuardedCall.Change("snapshots.release", $"release snapshot {snapshot}", snapshot.Unit),
            (snapshots, stop) => snapshots.ReleaseAsync(snapshot, tag, stop),
            cancellation);

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots, RollbackPlan>(
            GuardedCall.Read("snapshots.plan_rollback", $"plan a rollback to {snapshot}"),
            (snapshots, stop) => snapshots.PlanRollbackAsync(snapshot, stop),
            cancellation);

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots>(
            GuardedCall.Change("snapshots.rollback", $"roll back to {plan.Target}", plan.Target.Unit),
            (snapshots, stop) => snapshots.RollbackAsync(plan, grant, stop),
            cancellation);

    public Task<Outcome> CloneAsync(
        SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        calls.RunAsync<ISnapshots>(
            GuardedCall.Change("snapshots.clone", $"clone snapshot {snapshot} to {clone}", clone),
            (snapshots, stop) => snapshots.CloneAsync(snapshot, clone, grant, stop),
            cancellation);
}
