using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Roles;

/// <summary>What promoting a copy means. Pure.</summary>
internal static class Promotion
{
    /// <summary>The plan, given the holds of what is <see cref="Held"/>.</summary>
    public static PromotePlan Plan(UnitState unit, IReadOnlyList<Hold> holds)
    {
        if (unit.Role == Role.Writer)
        {
            return new PromotePlan(unit.Id, null, LossEstimate.Unknown("this node takes writes already"), ["Store the epoch."], []);
        }

        if (unit.Role == Role.Absent)
        {
            return new PromotePlan(unit.Id, null, LossEstimate.Unknown("no copy here"), [], ["this node holds no copy"]);
        }

        var snapshot = Newest(unit);
        var keys = unit.Volumes.Where(volume => volume.KeyMissing).Select(volume => $"the encryption key of volume {volume.Name} is not loaded");
        return unit.OwnHead
            ? new PromotePlan(unit.Id, snapshot, OwnLoss(unit), Steps(unit, null), [.. keys])
            : new PromotePlan(unit.Id, snapshot, Loss(unit, snapshot), Steps(unit, snapshot), [.. keys, .. Blockers(unit, snapshot, holds)]);
    }

    /// <summary>Held snapshots that have to go.</summary>
    public static IReadOnlyList<string> Held(UnitState unit) => unit.Role != Role.Reader || unit.OwnHead || Newest(unit) is not { } snapshot
        ? []
        : [.. unit.Volumes.SelectMany(volume => Newer(volume, snapshot).Where(point => point.HoldCount > 0).Select(point => $"{volume.Dataset}@{point.Name}"))];

    /// <summary>True if a received head is not exactly its newest complete snapshot.</summary>
    public static bool NeedsRollback(UnitState unit, string? snapshot) =>
        !unit.OwnHead
        && snapshot is not null
        && unit.Volumes.Any(volume => volume.Snapshot(snapshot) is not null && (volume.Written > 0 || Newer(volume, snapshot).Any()));

    public static IEnumerable<Point> Newer(VolumeState volume, string snapshot) =>
        volume.Snapshot(snapshot) is { } target ? volume.Snapshots.Where(point => point.Txg > target.Txg) : [];

    private static string? Newest(UnitState unit) => unit.CompleteSnapshots() is [.., var newest] ? newest : null;

    private static LossEstimate OwnLoss(UnitState unit) => new(
        LossConfidence.Unknown,
        null,
        $"this node was the writer at epoch {unit.Epoch} and nothing was received since: what another writer wrote after that is not here");

    private static LossEstimate Loss(UnitState unit, string? snapshot)
    {
        if (snapshot is null)
        {
            return LossEstimate.Unknown("there is no complete snapshot");
        }

        var points = unit.Covered(snapshot).Select(name => (Name: name, Point: unit.Volume(name)!.Snapshot(snapshot)!)).ToList();
        var guids = string.Join(", ", points.Select(pair => $"{pair.Name} {pair.Point.Guid}"));
        return new LossEstimate(
            LossConfidence.UpperBound, points.Min(pair => pair.Point.CreatedAt), $"snapshot {snapshot}, guids {guids} in the storage of this node");
    }

    private static IEnumerable<string> Blockers(UnitState unit, string? snapshot, IReadOnlyList<Hold> holds)
    {
        if (snapshot is null)
        {
            yield return "there is no complete snapshot to promote";
            yield break;
        }

        // Ours are let go of; who else holds a snapshot wants it kept, and would be asked by the tools only half way.
        foreach (var hold in holds.Where(hold => !hold.Tag.StartsWith(Replication.Anchors.TagPrefix, StringComparison.Ordinal)))
        {
            yield return $"{hold.Snapshot} is held by '{hold.Tag}', and has to go";
        }

        foreach (var (volume, point) in unit.Volumes.SelectMany(volume => Newer(volume, snapshot).Select(point => (volume, point))))
        {
            foreach (var clone in point.Clones)
            {
                yield return $"{clone} is a clone of {volume.Dataset}@{point.Name}, which has to go";
            }
        }
    }

    private static List<string> Steps(UnitState unit, string? snapshot)
    {
        var steps = unit.Volumes.Where(volume => volume.ResumeToken is not null)
            .Select(volume => $"Discard the partial receive of volume {volume.Name}.").ToList();
        if (NeedsRollback(unit, snapshot))
        {
            steps.Add($"Roll all volumes back to snapshot {snapshot}.");
        }

        steps.Add("Store the epoch.");
        steps.Add($"Set readonly=off on {unit.Dataset}.");
        steps.AddRange(unit.Volumes.Where(volume => volume is { Kind: VolumeKind.Filesystem, Mounted: false, Mountpoint: not null })
            .Select(volume => $"Mount volume {volume.Name} on {volume.Mountpoint}."));
        return steps;
    }
}
