using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Partings;
using NodeAgent.Plugins.ZfsBackend.Snapshots;

namespace NodeAgent.Plugins.ZfsBackend.Roles;

/// <summary>The role is the unit's readonly property, which its volumes inherit: one command turns the whole unit.</summary>
internal sealed class ZfsRoles(Parts parts, Mounts mounts, GoingBack back) : IRoles
{
    private readonly Rollback rollback = new(parts, mounts);

    public async Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation)
    {
        var read = await SeenAsync(unit, $"cannot look at the role of unit {unit}", cancellation);
        return read.Map(Report);
    }

    public async Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot plan to promote unit {unit}";
        var read = await SeenAsync(unit, what, cancellation);
        if (read is { IsOk: true, Value.Role: Role.Absent })
        {
            return NotHere(what);
        }

        var holds = read.IsOk ? await HoldsAsync(read.Value, what, cancellation) : read.Fault;
        return holds.Map(all => Promotion.Plan(read.Value, all));
    }

    public async Task<Outcome<RoleReport>> PromoteAsync(
        WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote unit {grant.Unit}";
        return (parts.Layout.Check(grant.Unit) ?? Grants.Check(grant, grant.Unit, parts.Node, what)) is { } wrong
            ? wrong
            : await parts.Receives.PromoteAsync(
                grant.Unit, grant.Epoch, what, () => PromoteAloneAsync(grant, what, progress, cancellation), cancellation);
    }

    public async Task<Outcome<RoleReport>> DemoteAsync(
        UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote unit {unit}";
        var read = await ReadAsync(unit, what, cancellation);
        if (!read.IsOk || read.Value.Role != Role.Writer)
        {
            return read.Map(Report);
        }

        progress?.Report(new OperationProgress("unmounting", null, null, true));
        var unmounted = await mounts.UnmountAsync(read.Value.Volumes, what, cancellation);
        if (!unmounted.IsOk)
        {
            return unmounted.Fault;
        }

        await mounts.ReplayAsync(read.Value.Volumes, what, cancellation);

        progress?.Report(new OperationProgress("closing", null, null, false));
        var closed = await CloseAsync(read.Value, what, cancellation);
        if (closed.IsOk && closed.Value.Role == Role.Writer)
        {
            return new Fault(
                FaultCode.Internal, what, "the unit still takes writes after readonly=on", "Look at 'zfs get -r readonly'.", Retry.AfterLook)
                { Native = closed.Value.Native };
        }

        return closed.Map(Report);
    }

    private async Task<Outcome<RoleReport>> PromoteAloneAsync(
        WriteGrant grant, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var read = await ReadAsync(grant.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (Grants.CheckEpoch(grant.Epoch, unit, what) is { } refused)
        {
            return refused;
        }

        if (unit.Parting is not null)
        {
            progress?.Report(new OperationProgress("going back to what all copies have", null, null, true));
            read = await back.FinishAsync(unit, what, cancellation);
            if (!read.IsOk)
            {
                return read.Fault;
            }

            unit = read.Value;
        }

        if (unit.Role != Role.Writer)
        {
            var prepared = await PrepareAsync(unit, what, progress, cancellation);
            if (!prepared.IsOk)
            {
                return prepared.Fault;
            }
        }

        return await OpenAsync(unit, grant.Epoch, what, progress, cancellation);
    }

    private async Task<Outcome<UnitState>> ReadAsync(UnitId unit, string what, CancellationToken cancellation) =>
        parts.Layout.Check(unit) is { } wrong ? wrong : await parts.Units.ReadAsync(unit, what, cancellation);

    private async Task<Outcome<UnitState>> SeenAsync(UnitId unit, string what, CancellationToken cancellation)
    {
        var read = await ReadAsync(unit, what, cancellation);
        return read.IsOk ? await back.SeenAsync(read.Value, what, cancellation) : read;
    }

    private static Fault NotHere(string what) =>
        new(FaultCode.NotFound, what, "this node holds no copy of the unit", "Replicate the unit to this node first.", Retry.AfterFix);

    /// <summary>Makes the head equal to the newest complete snapshot, unless the head is this node's own.</summary>
    private async Task<Outcome> PrepareAsync(
        UnitState unit, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        if (unit.Role == Role.Absent)
        {
            return NotHere(what);
        }

        var holds = await HoldsAsync(unit, what, cancellation);
        if (!holds.IsOk)
        {
            return holds.Fault;
        }

        var plan = Promotion.Plan(unit, holds.Value);
        if (plan.Blockers.Count > 0)
        {
            return new Fault(FaultCode.PreconditionFailed, what, string.Join("; ", plan.Blockers), "Mend this first.", Retry.AfterFix);
        }

        foreach (var volume in unit.Volumes.Where(volume => volume.ResumeToken is not null))
        {
            progress?.Report(new OperationProgress("discarding a partial receive", null, null, true));
            var discarded = await parts.Tool.ChangeAsync(what, ["receive", "-A", volume.Dataset], cancellation);
            if (!discarded.IsOk && discarded.Fault.Native?.Contains("does not have any resumable", StringComparison.Ordinal) != true)
            {
                return discarded.Fault;
            }
        }

        if (!Promotion.NeedsRollback(unit, plan.Snapshot))
        {
            return Outcome.Done;
        }

        progress?.Report(new OperationProgress("rolling back", null, null, true));

        // Anchors of ours on snapshots that only some volumes have must not stand in the way of a failover.
        var released = await Replication.Anchors.ReleaseAllAsync(parts.Tool, holds.Value, what, cancellation);
        return released.IsOk ? await rollback.RunAsync(unit, plan.Snapshot!, what, cancellation) : released;
    }

    private Task<Outcome<IReadOnlyList<Hold>>> HoldsAsync(UnitState unit, string what, CancellationToken cancellation) =>
        Holds.ReadAsync(parts.Tool, Promotion.Held(unit), what, cancellation);

    /// <summary>The epoch is on disk before the storage takes its first write: two commands, each its own transaction group.</summary>
    private async Task<Outcome<RoleReport>> OpenAsync(
        UnitState unit, Epoch epoch, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        // A root from before owners were kept, or one whose owner was cleared: the first promotion claims it.
        var claimed = unit.Owned ? Outcome.Done : await parts.Units.ClaimAsync(what, cancellation);
        if (!claimed.IsOk)
        {
            return claimed.Fault;
        }

        if (unit.Epoch != epoch || !unit.OwnHead)
        {
            var stored = await parts.Tool.ChangeAsync(
                what, ["set", $"{Keys.Epoch}={epoch}", $"{Keys.Head}={Keys.Own}", unit.Dataset], cancellation);
            if (!stored.IsOk)
            {
                return stored.Fault;
            }
        }

        progress?.Report(new OperationProgress("opening", null, null, false));
        if (unit.ReadOnly)
        {
            var opened = await parts.Tool.ChangeAsync(what, ["set", "readonly=off", unit.Dataset], cancellation);
            if (!opened.IsOk)
            {
                return opened.Fault;
            }
        }

        var after = await InheritAsync(unit.Id, readOnly: false, what, cancellation);
        if (!after.IsOk)
        {
            return after.Fault;
        }

        var mounted = await mounts.MountAsync(after.Value, what, cancellation);
        return mounted.IsOk ? Report(after.Value) : mounted.Fault;
    }

    private async Task<Outcome<UnitState>> CloseAsync(UnitState unit, string what, CancellationToken cancellation)
    {
        var closed = await parts.Tool.ChangeAsync(what, ["set", "readonly=on", $"{Keys.Head}={Keys.Own}", unit.Dataset], cancellation);
        var after = closed.IsOk ? await InheritAsync(unit.Id, readOnly: true, what, cancellation) : closed.Fault;
        if (!after.IsOk)
        {
            return after.Fault;
        }

        var synced = await parts.Tool.SyncAsync(what, cancellation);
        return synced.IsOk ? after : synced.Fault!;
    }

    /// <summary>A volume with a readonly of its own would keep its old role: it inherits again. The unit as it then is.</summary>
    private async Task<Outcome<UnitState>> InheritAsync(UnitId id, bool readOnly, string what, CancellationToken cancellation)
    {
        var read = await ReadAsync(id, what, cancellation);
        var strays = read.IsOk ? read.Value.Volumes.Where(volume => volume.ReadOnly != readOnly).ToList() : [];
        foreach (var volume in strays)
        {
            var inherited = await parts.Tool.ChangeAsync(what, ["inherit", "readonly", volume.Dataset], cancellation);
            if (!inherited.IsOk)
            {
                return inherited.Fault;
            }
        }

        return strays.Count == 0 ? read : await ReadAsync(id, what, cancellation);
    }

    private static RoleReport Report(UnitState unit) => new(unit.Id, unit.Role, unit.Epoch, unit.Native);
}
