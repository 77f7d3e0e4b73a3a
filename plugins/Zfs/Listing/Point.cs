namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>A snapshot or bookmark of one volume.</summary>
/// <param name="Name">Its name after "@" or "#".</param>
/// <param name="Guid">Its identity.</param>
/// <param name="Txg">Grows with time within this pool.</param>
/// <param name="CreatedAt">When the data was so: before the snapshot was asked for if that is known.</param>
/// <param name="IsTimeExact">False if only ZFS's own time is known, which may be later than the data.</param>
/// <param name="IsBookmark">True for a bookmark.</param>
/// <param name="HoldCount">How many holds it has.</param>
/// <param name="Clones">Datasets cloned from it.</param>
/// <param name="Covers">The volumes it was made of; null if that was not written down.</param>
internal sealed record Point(
    string Name,
    string Guid,
    long Txg,
    DateTimeOffset CreatedAt,
    bool IsTimeExact,
    bool IsBookmark,
    long HoldCount,
    IReadOnlyList<string> Clones,
    IReadOnlyList<string>? Covers);
