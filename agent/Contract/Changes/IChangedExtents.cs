namespace NodeAgent.Contract;

/// <summary>What changed between two snapshots of a block volume. May report too much, never too little.</summary>
public interface IChangedExtents
{
    /// <summary>
    /// Changed extents, ordered by offset, not overlapping, within the size of <paramref name="to"/>.
    /// </summary>
    /// <param name="volume">The volume.</param>
    /// <param name="from">The older snapshot's name; null for "everything that is not a hole".</param>
    /// <param name="to">The newer snapshot's name.</param>
    /// <param name="cancellation">Stops the listing.</param>
    Task<Outcome<IReadOnlyList<Extent>>> ListAsync(
        VolumeId volume, string? from, string to, CancellationToken cancellation);

    /// <summary>A seekable, read-only view of the volume as it was in a snapshot; as long as the volume was then.</summary>
    Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation);
}
