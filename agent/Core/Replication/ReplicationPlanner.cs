using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>
/// Compares the writer's history with a copy's and says what to send. Identities decide, names never do: a snapshot
/// of the same name may be another one. Always goes straight to the wanted snapshot, however many lie between.
/// </summary>
public static class ReplicationPlanner
{
    /// <summary>One plan a volume, in the writer's order.</summary>
    public static ImmutableArray<VolumePlan> Plan(CopyHistory writer, CopyHistory copy, string snapshot, Epoch epoch)
    {
        var there = copy.Volumes.ToDictionary(volume => volume.Volume, StringComparer.Ordinal);
        return
        [
            .. writer.Volumes.Select(volume =>
                PlanVolume(new VolumeId(writer.Unit, volume.Volume), volume, there.GetValueOrDefault(volume.Volume), snapshot, epoch)),
        ];
    }

    /// <summary>Volumes that the copy has and the writer has not: reported, never deleted from here.</summary>
    public static ImmutableArray<string> Orphans(CopyHistory writer, CopyHistory copy)
    {
        var known = writer.Volumes.Select(volume => volume.Volume).ToHashSet(StringComparer.Ordinal);
        return [.. copy.Volumes.Select(volume => volume.Volume).Where(name => !known.Contains(name))];
    }

    private static VolumePlan PlanVolume(
        VolumeId id, VolumeHistory writer, VolumeHistory? copy, string snapshot, Epoch epoch)
    {
        var to = writer.Points.LastOrDefault(point => !point.IsBookmark && point.Name == snapshot);
        if (to is null)
        {
            return new VolumePlan.Missing(id.Name);
        }

        if (copy?.Partial is { } partial)
        {
            return new VolumePlan.Resume(id.Name, partial);
        }

        var newest = copy?.Points.LastOrDefault(point => !point.IsBookmark);
        if (copy is null || newest is null)
        {
            return new VolumePlan.Send(new StreamStep(id, null, to, null, epoch));
        }

        if (copy.HeadChanged == Answer.Yes)
        {
            return new VolumePlan.Conflict(
                id.Name, Common(writer, copy), [], "the copy was written to after its newest snapshot");
        }

        return newest.Guid == to.Guid ? new VolumePlan.UpToDate(id.Name) : Increment(id, writer, copy, newest, to, epoch);
    }

    private static VolumePlan Increment(
        VolumeId id, VolumeHistory writer, VolumeHistory copy, HistoryPoint newest, HistoryPoint to, Epoch epoch)
    {
        // A snapshot is preferred to a bookmark of the same identity: it can also be compared and rolled back to.
        var from = writer.Points.Where(point => point.Guid == newest.Guid).OrderBy(point => point.IsBookmark).FirstOrDefault();
        if (from is not null && from.Order <= to.Order)
        {
            return new VolumePlan.Send(new StreamStep(id, from, to, null, epoch));
        }

        if (from is not null)
        {
            // The copy is ahead of what was asked for; a newer snapshot will follow.
            return new VolumePlan.UpToDate(id.Name);
        }

        var common = Common(writer, copy);
        var only = copy.Points.Where(point => !point.IsBookmark && (common is null || point.Order > OrderOf(copy, common)))
            .Select(point => point.Name).ToImmutableArray();
        return new VolumePlan.Conflict(id.Name, common, only, common is null
            ? "the two have no snapshot in common"
            : "the copy has snapshots that the writer has not");
    }

    private static HistoryPoint? Common(VolumeHistory writer, VolumeHistory copy)
    {
        var known = writer.Points.Select(point => point.Guid).ToHashSet(StringComparer.Ordinal);
        return copy.Points.LastOrDefault(point => known.Contains(point.Guid));
    }

    private static long OrderOf(VolumeHistory copy, HistoryPoint common) =>
        copy.Points.Last(point => point.Guid == common.Guid).Order;
}
