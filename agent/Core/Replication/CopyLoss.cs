using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>What a copy that is kept by streams would lose, from what its own storage shows.</summary>
public static class CopyLoss
{
    // Storage notes the time of each volume's part of one snapshot by itself, some in whole seconds.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The newest snapshot that all volumes of the copy hold; null if there is none. A volume that the copy received
    /// further than the others does not count: a unit is only as new as its oldest volume.
    /// </summary>
    /// <param name="copy">The copy's history.</param>
    /// <param name="whole">
    /// Snapshots that have all volumes they were made of. The history alone cannot tell: a volume that never arrived is
    /// not in it. Null if every volume is known to be there.
    /// </param>
    public static HistoryPoint? NewestComplete(CopyHistory copy, IReadOnlySet<string>? whole = null)
    {
        if (copy.Volumes.Count == 0)
        {
            return null;
        }

        var first = copy.Volumes[0].Points.Where(point => !point.IsBookmark && whole?.Contains(point.Name) != false).Reverse();
        return first.FirstOrDefault(point => IsOne(PointsOf(copy, point.Name), copy.Volumes.Count));
    }

    /// <summary>The loss if the copy became the writer's.</summary>
    /// <param name="copy">The copy's history.</param>
    /// <param name="unchangedAsOf">The writer said that nothing changed since that snapshot up to this time; null if it did not.</param>
    /// <param name="whole">As for <see cref="NewestComplete"/>.</param>
    public static LossEstimate Estimate(CopyHistory copy, UnchangedSince? unchangedAsOf, IReadOnlySet<string>? whole = null)
    {
        if (NewestComplete(copy, whole) is not { } point)
        {
            return LossEstimate.Unknown("the copy holds no complete snapshot");
        }

        // A volume holds what was written to it up to its own snapshot.
        var oldest = PointsOf(copy, point.Name).Min(other => other.CreatedAt);

        // The word is always younger than the snapshot: if its time is older, the writer's clock was set back, and writes
        // since then bear times that the snapshot's would claim to cover.
        var asOf = unchangedAsOf is { } said && said.Snapshot == point.Name && said.IsAbout(copy) ? said.AsOf : oldest;
        return new LossEstimate(LossConfidence.UpperBound, asOf, $"snapshot {point.Name}, guid {point.Guid}");
    }

    // Where storage was made anew names come again: volumes that hold one name of different times hold no snapshot of the unit.
    private static bool IsOne(IReadOnlyList<HistoryPoint> points, int volumes) =>
        points.Count == volumes && points.Max(point => point.CreatedAt) - points.Min(point => point.CreatedAt) <= Spread;

    private static List<HistoryPoint> PointsOf(CopyHistory copy, string snapshot) =>
        [.. copy.Volumes.Select(volume => volume.Points.LastOrDefault(point => !point.IsBookmark && point.Name == snapshot)).OfType<HistoryPoint>()];
}
