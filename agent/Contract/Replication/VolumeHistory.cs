namespace NodeAgent.Contract;

/// <summary>The history of one volume on this node.</summary>
/// <param name="Volume">The volume's name within its unit.</param>
/// <param name="Points">Snapshots and bookmarks, oldest first.</param>
/// <param name="Partial">A receive that broke off; null if there is none.</param>
/// <param name="HeadChanged">Whether the head differs from the newest snapshot. On a copy, "yes" means somebody wrote to it.</param>
public sealed record VolumeHistory(
    string Volume, IReadOnlyList<HistoryPoint> Points, PartialReceive? Partial, Answer HeadChanged);
