using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Dies before and after each call to a backend's snapshots.</summary>
public sealed class KillableSnapshots(ISnapshots inner, KillSwitch kill, string node) : ISnapshots
{
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation) =>
        AroundAsync("snapshot", () => inner.CreateAsync(snapshot, grant, cancellation));

    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) =>
        inner.ListAsync(unit, cancellation);

    public Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation) =>
        AroundAsync("prune", () => inner.DeleteAsync(unit, names, cancellation));

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        inner.HoldAsync(snapshot, tag, cancellation);

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        inner.ReleaseAsync(snapshot, tag, cancellation);

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        inner.PlanRollbackAsync(snapshot, cancellation);

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) =>
        inner.RollbackAsync(plan, grant, cancellation);

    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        inner.CloneAsync(snapshot, clone, grant, cancellation);

    private async Task<T> AroundAsync<T>(string what, Func<Task<T>> work)
    {
        kill.Pass($"before {what} on {node}");
        var result = await work();
        kill.Pass($"after {what} on {node}");
        return result;
    }
}
