using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Partings;

namespace NodeAgent.Plugins.ZfsBackend.Snapshots;

/// <summary>Snapshots of units: "zfs snapshot -r" takes all volumes in one transaction group.</summary>
internal sealed class ZfsSnapshots(Parts parts, Mounts mounts, GoingBack back) : ISnapshots
{
    private readonly Rollback rollback = new(parts, mounts);
    private readonly Cloning cloning = new(parts, mounts);

    public async Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make snapshot {snapshot}";
        var read = await ReadAsync(snapshot, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (Grants.CheckWriter(grant, unit, parts.Node, what) is { } refused)
        {
            return refused;
        }

        if (unit.Volumes.Count == 0)
        {
            return new Fault(FaultCode.NotFound, what, "there is no such unit on this node", "Create a volume first.", Retry.AfterLook);
        }

        if (unit.OwnSnapshots.Contains(snapshot.Name) || unit.Volumes.Any(volume => volume.Snapshot(snapshot.Name) is not null))
        {
            return Existing(unit, snapshot, what);
        }

        // Taken before the tool runs: what was acknowledged before this moment is in the snapshot.
        var taken = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var made = await parts.Tool.ChangeAsync(
            what,
            [
                "snapshot", "-r", "-o", $"{Keys.Volumes}={string.Join(',', unit.Volumes.Select(volume => volume.Name))}",
                "-o", $"{Keys.Taken}={taken}", $"{unit.Dataset}@{snapshot.Name}",
            ],
            cancellation);
        if (!made.IsOk && made.Fault.Code != FaultCode.AlreadyExists)
        {
            return made.Fault;
        }

        read = await ReadAsync(snapshot, what, cancellation);
        return read.IsOk ? Existing(read.Value, snapshot, what) : read.Fault;
    }

    public async Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot list the snapshots of unit {unit}";
        if (parts.Layout.Check(unit) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(unit, what, cancellation);
        read = read.IsOk ? await back.SeenAsync(read.Value, what, cancellation) : read;
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var state = read.Value;
        var names = state.CompleteSnapshots();
        var held = state.Volumes.SelectMany(volume => volume.Snapshots.Where(point => point.HoldCount > 0)
            .Select(point => $"{volume.Dataset}@{point.Name}")).ToList();
        var holds = await Holds.ReadAsync(parts.Tool, held, what, cancellation);
        return holds.Map<IReadOnlyList<Snapshot>>(all =>
            [.. names.Select(name => ToSnapshot(state, new SnapshotId(unit, name), [.. all, .. Clones(state, name)]))]);
    }

    public async Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var what = $"cannot delete snapshots of unit {unit}";
        if (parts.Layout.Check(unit) is { } wrong)
        {
            return wrong;
        }

        if (names.FirstOrDefault(name => !Names.IsValid(name)) is { } bad)
        {
            return Names.Invalid("snapshot", bad);
        }

        var read = await parts.Units.ReadAsync(unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var state = read.Value;
        var (stuck, free) = Sort(state, names);
        if (free.Count > 0)
        {
            var destroyed = await parts.Tool.ChangeAsync(what, ["destroy", "-r", $"{state.Dataset}@{string.Join(',', free)}"], cancellation);
            if (!destroyed.IsOk && destroyed.Fault.Code != FaultCode.NotFound)
            {
                return destroyed.Fault;
            }
        }

        return stuck.Count == 0 ? Outcome.Done : await StuckAsync(state, stuck, what, cancellation);
    }

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        SetHoldAsync(snapshot, tag, "hold", $"cannot hold snapshot {snapshot}", cancellation);

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        SetHoldAsync(snapshot, tag, "release", $"cannot release snapshot {snapshot}", cancellation);

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) =>
        rollback.PlanAsync(snapshot, cancellation);

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) =>
        rollback.RunAsync(plan, grant, cancellation);

    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        cloning.CloneAsync(snapshot, clone, grant, cancellation);

    private async Task<Outcome<UnitState>> ReadAsync(SnapshotId snapshot, string what, CancellationToken cancellation) =>
        parts.Layout.Check(snapshot) is { } wrong ? wrong : await parts.Units.ReadAsync(snapshot.Unit, what, cancellation);

    private static Outcome<Snapshot> Existing(UnitState unit, SnapshotId snapshot, string what) =>
        unit.CompleteSnapshots().Contains(snapshot.Name)
            ? ToSnapshot(unit, snapshot, [])
            : new Fault(
                FaultCode.AlreadyExists,
                what,
                "a snapshot of this name exists on some of the volumes only",
                "Choose another name or delete that snapshot.",
                Retry.Never);

    private static Snapshot ToSnapshot(UnitState unit, SnapshotId id, IReadOnlyList<Hold> holds)
    {
        var points = unit.Covered(id.Name)
            .Select(name => (Volume: unit.Volume(name)!, Point: unit.Volume(name)!.Snapshot(id.Name)!)).ToList();
        return new Snapshot(
            id,
            points.Min(pair => pair.Point.CreatedAt),
            points.ToDictionary(pair => pair.Volume.Name, pair => pair.Point.Guid, StringComparer.Ordinal),
            [.. holds.Where(hold => hold.Name == id.Name).Select(hold => hold.Tag).Distinct().Order(StringComparer.Ordinal)]);
    }

    // A clone keeps its snapshot from being deleted as a hold does, and none can go by that name: ":" is not in one.
    private IEnumerable<Hold> Clones(UnitState unit, string snapshot) => unit.Volumes
        .SelectMany(volume => volume.Snapshots.Where(point => point.Name == snapshot)
            .SelectMany(point => point.Clones.Select(clone => new Hold($"{volume.Dataset}@{snapshot}", $"clone:{parts.Layout.Short(clone)}"))));

    private static (List<string> Stuck, List<string> Free) Sort(UnitState unit, IReadOnlyList<string> names)
    {
        var points = unit.Volumes.SelectMany(volume => volume.Snapshots).ToLookup(point => point.Name);
        var there = names.Distinct().Where(name => points.Contains(name) || unit.OwnSnapshots.Contains(name)).ToList();
        var stuck = there.Where(name => points[name].Any(point => point.HoldCount > 0 || point.Clones.Count > 0)).ToList();
        return (stuck, there.Except(stuck).ToList());
    }

    private async Task<Outcome> StuckAsync(UnitState unit, List<string> names, string what, CancellationToken cancellation)
    {
        var points = unit.Volumes.SelectMany(volume => volume.Snapshots.Where(point => names.Contains(point.Name)).Select(point => (volume, point))).ToList();
        var held = points.Where(pair => pair.point.HoldCount > 0).Select(pair => $"{pair.volume.Dataset}@{pair.point.Name}").ToList();
        var holds = await Holds.ReadAsync(parts.Tool, held, what, cancellation);
        return holds.IsOk ? InUse.By(what, holds.Value, [.. points.SelectMany(pair => pair.point.Clones)]) : holds.Fault;
    }

    private async Task<Outcome> SetHoldAsync(SnapshotId snapshot, string tag, string verb, string what, CancellationToken cancellation)
    {
        if (!Names.IsValid(tag))
        {
            return Names.Invalid("hold", tag);
        }

        var read = await ReadAsync(snapshot, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var all = read.Value.Volumes.Where(volume => volume.Snapshot(snapshot.Name) is not null).ToList();
        if (all.Count == 0)
        {
            return verb == "release"
                ? Outcome.Done
                : new Fault(FaultCode.NotFound, what, "there is no such snapshot on this node", "See 'nodeagent snapshot list' for what there is.", Retry.AfterLook);
        }

        var maybe = all.Where(volume => volume.Snapshot(snapshot.Name)!.HoldCount > 0).Select(volume => $"{volume.Dataset}@{snapshot.Name}").ToList();
        var holds = await Holds.ReadAsync(parts.Tool, maybe, what, cancellation);
        if (!holds.IsOk)
        {
            return holds.Fault;
        }

        var tagged = holds.Value.Where(hold => hold.Tag == tag).Select(hold => hold.Snapshot).ToList();
        var targets = verb == "release" ? tagged : [.. all.Select(volume => $"{volume.Dataset}@{snapshot.Name}").Except(tagged)];
        if (targets.Count == 0)
        {
            return Outcome.Done;
        }

        // One command: all snapshots in one transaction group.
        return (await parts.Tool.ChangeAsync(what, [verb, tag, .. targets], cancellation)).WithoutValue();
    }
}
