using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Volumes;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Snapshots of a resource on both nodes at once. Only of a resource that is closed: LINSTOR lets writes wait meanwhile and then
/// gives the same order that ends a freeze, and that must not be before the cluster has recorded what a freeze means.
/// </summary>
internal sealed class LinstorSnapshots(ControllerParts parts, DrbdVolumes drbd) : ISnapshots
{
    private readonly SnapshotTaking taking = new(parts);
    private readonly RollingBack rolling = new(parts);
    private readonly Restoring restoring = new(parts);

    public async Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot take snapshot {snapshot}";
        var resource = Granted(snapshot, grant, what);
        return resource.IsOk ? await AloneAsync(resource.Value, () => taking.RunAsync(resource.Value, snapshot, what, cancellation), cancellation) : resource.Fault;
    }

    public async Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation)
    {
        var resource = parts.Drbd.Find(unit);
        return resource.IsOk ? await taking.ListAsync(resource.Value, $"cannot list the snapshots of {unit}", cancellation) : resource.Fault;
    }

    public async Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var what = $"cannot delete snapshots of {unit}";
        var resource = parts.Drbd.Find(unit);
        foreach (var name in resource.IsOk ? names : [])
        {
            var gone = await taking.DeleteAsync(resource.Value, name, what, cancellation);
            if (!gone.IsOk)
            {
                return gone;
            }
        }

        return resource.WithoutValue();
    }

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => Task.FromResult<Outcome>(NoHolds(snapshot));

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => Task.FromResult(Outcome.Done);

    public async Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation)
    {
        var resource = parts.Drbd.Find(snapshot.Unit);
        return resource.IsOk ? await rolling.PlanAsync(resource.Value, snapshot, $"cannot plan to go back to {snapshot}", cancellation) : resource.Fault;
    }

    public async Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot go back to {plan.Target}";
        var resource = Granted(plan.Target, grant, what);
        return resource.IsOk ? await AloneAsync(resource.Value, () => rolling.RunAsync(resource.Value, plan, what, cancellation), cancellation) : resource.Fault;
    }

    public async Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make {clone} of snapshot {snapshot}";
        var (source, target) = (parts.Drbd.Find(snapshot.Unit), parts.Drbd.Find(clone));
        if ((source.Fault ?? target.Fault ?? drbd.Against(target.Value, grant, what)) is { } wrong)
        {
            return wrong;
        }

        var restored = source.Value.Name == target.Value.Name ? Faults.Mend(what, "it would be restored to itself", "Choose another unit of option 'resources'.")
            : await restoring.RunAsync(source.Value, target.Value, snapshot, what, cancellation);
        return restored.IsOk
            ? (await drbd.CreateAsync(new VolumeSpec(new VolumeId(clone, "0"), target.Value.Kind, 0), grant, cancellation)).WithoutValue()
            : restored;
    }

    // It was seen closed: neither a promotion here nor the upkeep may change that until this has ended.
    private static async Task<T> AloneAsync<T>(Resource resource, Func<Task<T>> work, CancellationToken cancellation)
    {
        await resource.Gate.WaitAsync(cancellation);
        try
        {
            return await work();
        }
        finally
        {
            resource.Gate.Release();
        }
    }

    private Outcome<Resource> Granted(SnapshotId snapshot, WriteGrant grant, string what)
    {
        var resource = parts.Drbd.Find(snapshot.Unit);
        return !resource.IsOk ? resource
            : drbd.Against(resource.Value, grant, what) is { } wrong ? wrong
            : ControllerOptionReading.IsLinstorName(snapshot.Name) ? resource
            : new Fault(
                FaultCode.InvalidArgument, what, $"LINSTOR cannot call a snapshot '{snapshot.Name}'", "Take 2 to 48 letters, digits, '-' and '_', beginning with a letter.", Retry.Never);
    }

    private static Fault NoHolds(SnapshotId snapshot) => new(
        FaultCode.Unsupported, $"cannot hold snapshot {snapshot}", "LINSTOR cannot keep a snapshot from being deleted", "Do not delete it.", Retry.Never);
}
