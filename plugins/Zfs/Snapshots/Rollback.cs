using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Snapshots;

/// <summary>Going back: what it would destroy is said first, and the whole unit goes back in one transaction group.</summary>
internal sealed class Rollback(Parts parts, Mounts mounts)
{
    public async Task<Outcome<RollbackPlan>> PlanAsync(SnapshotId target, CancellationToken cancellation)
    {
        var what = $"cannot plan a rollback to {target}";
        if (parts.Layout.Check(target) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(target.Unit, what, cancellation);
        return read.IsOk ? await PlanAsync(read.Value, target, what, cancellation) : read.Fault;
    }

    public async Task<Outcome> RunAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation)
    {
        var target = plan.Target;
        var what = $"cannot roll unit {target.Unit} back to {target.Name}";
        if (parts.Layout.Check(target) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(target.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (Refuses(grant, unit, what) is { } refused)
        {
            return refused;
        }

        var now = await PlanAsync(unit, target, what, cancellation);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        if (now.Value.Fingerprint != plan.Fingerprint || now.Value.Blockers.Count > 0)
        {
            return new Fault(
                FaultCode.PreconditionFailed,
                what,
                now.Value.Blockers.Count > 0 ? string.Join("; ", now.Value.Blockers) : "the state has changed since the plan was made",
                "Plan the rollback again and look at what it would destroy.",
                Retry.AfterLook);
        }

        var rolled = await RunAsync(unit, target.Name, what, cancellation);
        return rolled.IsOk && unit.Role == Role.Reader ? await MarkCleanAsync(unit.Id, target.Name, what, cancellation) : rolled;
    }

    /// <summary>Rolls all volumes back, mounted ones with a pause for who looks at them.</summary>
    public async Task<Outcome> RunAsync(UnitState unit, string snapshot, string what, CancellationToken cancellation)
    {
        var volumes = unit.Volumes.Where(volume => volume.Snapshot(snapshot) is not null).ToList();
        var mounted = volumes.Where(volume => volume.Mounted).ToList();
        var unmounted = await mounts.UnmountAsync(volumes, what, cancellation);
        if (!unmounted.IsOk)
        {
            return unmounted;
        }

        var rolled = await TurnAsync(volumes, snapshot, what, cancellation);
        var again = await mounts.MountAsync(
            unit with { Volumes = [.. mounted.Select(volume => volume with { Mounted = false })] }, what, cancellation);
        return rolled.IsOk ? again : rolled;
    }

    // A bookmark newer than the target forbids the rollback; an increment from it would be void afterwards anyway. They go one by
    // one, and may be somebody's: not before it is known that nothing else stands in the way.
    private async Task<Outcome> TurnAsync(List<VolumeState> volumes, string snapshot, string what, CancellationToken cancellation)
    {
        var steps = Steps(volumes, snapshot);
        var marked = volumes.Select(volume => (Volume: volume, Bookmarks: Newer(volume, snapshot).Where(point => point.IsBookmark).ToList()))
            .Where(pair => pair.Bookmarks.Count > 0).ToList();
        var cleared = marked.Count > 0 ? await steps.CheckAsync(parts.Tool, what, cancellation) : Outcome.Done;
        foreach (var (volume, bookmarks) in marked)
        {
            cleared = cleared.IsOk ? await Bookmarks.DestroyAsync(parts.Tool, volume, bookmarks, what, cancellation) : cleared;
        }

        return cleared.IsOk ? await steps.RunAsync(parts.Tool, what, cancellation) : cleared;
    }

    // The header of a zvol's intent log may stay behind and count as written; the copy is told to be clean with it.
    public async Task<Outcome> MarkCleanAsync(UnitId id, string snapshot, string what, CancellationToken cancellation)
    {
        var synced = await parts.Tool.SyncAsync(what, cancellation);
        var read = synced.IsOk ? await parts.Units.ReadAsync(id, what, cancellation) : synced.Fault!;
        if (!read.IsOk || read.Value.Role != Role.Reader)
        {
            return read.WithoutValue();
        }

        foreach (var volume in read.Value.Volumes.Where(volume => volume.Written > 0 && volume.Newest?.Name == snapshot))
        {
            var marked = await parts.Tool.ChangeAsync(
                what, ["set", $"{Keys.Clean}={volume.Newest!.Guid}:{volume.Written}", volume.Dataset], cancellation);
            if (!marked.IsOk)
            {
                return marked.Fault;
            }
        }

        return Outcome.Done;
    }

    private static Batch Steps(IReadOnlyList<VolumeState> volumes, string snapshot)
    {
        var batch = new Batch();
        foreach (var volume in volumes)
        {
            foreach (var newer in Newer(volume, snapshot).Where(point => !point.IsBookmark))
            {
                batch.Destroy($"{volume.Dataset}@{newer.Name}");
            }
        }

        volumes.ToList().ForEach(volume => batch.Rollback(volume.Dataset));
        return batch;
    }

    // The holder rolls its own writes back; a reader may be rolled back to follow a writer elsewhere.
    private Fault? Refuses(WriteGrant grant, UnitState unit, string what) =>
        unit.Role == Role.Reader && grant.Unit == unit.Id && grant.Holder != parts.Node
            ? Grants.CheckEpoch(grant.Epoch, unit, what)
            : Grants.Check(grant, unit.Id, parts.Node, what) ?? Grants.CheckEpoch(grant.Epoch, unit, what);

    private async Task<Outcome<RollbackPlan>> PlanAsync(UnitState unit, SnapshotId target, string what, CancellationToken cancellation)
    {
        if (unit.Volumes.All(volume => volume.Snapshot(target.Name) is null))
        {
            return new Fault(FaultCode.NotFound, what, "there is no such snapshot on this node", "See 'nodeagent snapshot list' for what there is.", Retry.AfterLook);
        }

        var newer = unit.Volumes.Where(volume => volume.Snapshot(target.Name) is not null)
            .SelectMany(volume => Newer(volume, target.Name).Select(point => (Volume: volume, Point: point))).ToList();
        var held = newer.Where(pair => pair.Point.HoldCount > 0).Select(pair => $"{pair.Volume.Dataset}@{pair.Point.Name}").ToList();
        var holds = await Holds.ReadAsync(parts.Tool, held, what, cancellation);
        if (!holds.IsOk)
        {
            return holds.Fault;
        }

        var clones = newer.SelectMany(pair => pair.Point.Clones).Distinct().Order(StringComparer.Ordinal).ToList();
        var blockers = unit.Volumes.Where(volume => volume.Snapshot(target.Name) is null)
            .Select(volume => $"volume {volume.Name} has no snapshot {target.Name}")
            .Concat(holds.Value.Select(hold => $"{hold.Snapshot} is held by '{hold.Tag}'"))
            .Concat(clones.Select(clone => $"{clone} is a clone of a newer snapshot"))
            .ToList();
        return new RollbackPlan(
            target,
            [.. newer.Where(pair => !pair.Point.IsBookmark).OrderBy(pair => pair.Point.Txg).Select(pair => pair.Point.Name).Distinct()],
            clones,
            blockers,
            Fingerprint(unit, holds.Value));
    }

    private static IEnumerable<Point> Newer(VolumeState volume, string snapshot)
    {
        var target = volume.Snapshot(snapshot)!;
        return volume.Points.Where(point => point.Txg > target.Txg);
    }

    /// <summary>Names the snapshots, clones and holds there are; ongoing writes do not change it.</summary>
    private static string Fingerprint(UnitState unit, IReadOnlyList<Hold> holds)
    {
        var text = new StringBuilder().Append(unit.Epoch).Append('|').Append(unit.Role);
        foreach (var volume in unit.Volumes)
        {
            text.Append('|').Append(volume.Name);
            foreach (var point in volume.Snapshots)
            {
                text.Append(',').Append(point.Guid).Append(':').Append(point.HoldCount).AppendJoin(';', point.Clones);
            }
        }

        text.AppendJoin(' ', holds.Select(hold => hold.Snapshot + hold.Tag));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }
}
