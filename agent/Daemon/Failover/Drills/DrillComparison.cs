using NodeAgent.Contract;
using NodeAgent.Core.Replication;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>
/// Compares what a unit ended with on the node that let it go and what it began with on the node that has it. Identities
/// decide: the storage gives one to a snapshot, and only a whole stream carries it to another node.
/// </summary>
internal static class DrillComparison
{
    /// <summary>One check a volume.</summary>
    /// <param name="former">The history where it was written until the end of <paramref name="epoch"/>.</param>
    /// <param name="present">The history where it is written since.</param>
    /// <param name="epoch">The epoch that ended.</param>
    public static IReadOnlyList<DrillCheck> Of(CopyHistory former, CopyHistory present, Epoch epoch) =>
    [
        .. former.Volumes.Select(volume => volume.Volume).Union(present.Volumes.Select(volume => volume.Volume), StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => Of(former.Unit, name, Find(former, name), Find(present, name), epoch)),
    ];

    private static DrillCheck Of(UnitId unit, string name, VolumeHistory? former, VolumeHistory? present, Epoch epoch)
    {
        var (ended, began) = (Last(former, epoch), Last(present, epoch));
        var why = former is null || present is null ? "the volume is on one of the two only"
            : ended is null || began is null ? "no snapshot of the former epoch is left to compare"
            : former.HeadChanged == Answer.Yes ? "the former writer has writes after its last snapshot"
            : ended != began ? "the new writer did not begin with what the former ended with"
            : null;
        return new DrillCheck(unit, name, ended, began, why is null, why ?? $"began with exactly {began!.Snapshot}");
    }

    private static VolumeHistory? Find(CopyHistory history, string volume) => history.Volumes.FirstOrDefault(known => known.Volume == volume);

    private static DrillPoint? Last(VolumeHistory? volume, Epoch epoch) =>
        volume?.Points.LastOrDefault(point => !point.IsBookmark && SnapshotName.Parse(point.Name) is { } name && name.Epoch <= epoch) is { } last
            ? new DrillPoint(last.Name, last.Guid)
            : null;
}
