namespace NodeAgent.Contract;

/// <summary>Making, growing, listing and deleting volumes.</summary>
public interface IVolumes
{
    /// <summary>
    /// Makes a volume, and its unit if this is its first. Asked again with the same specification: the same volume.
    /// Exists with another size or kind: <see cref="FaultCode.AlreadyExists"/>. The unit is a copy written elsewhere:
    /// <see cref="FaultCode.NotWriter"/>.
    /// </summary>
    Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation);

    /// <summary>
    /// Grows a volume to <paramref name="bytes"/>. Smaller than it is: <see cref="FaultCode.OutOfRange"/>; equal: done.
    /// </summary>
    Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation);

    /// <summary>
    /// Deletes a volume with its snapshots on this node; with the last volume the unit goes too. Absent: done. Held or
    /// cloned: <see cref="FaultCode.InUse"/> with the holders in <see cref="Fault.Facts"/>, and nothing is deleted.
    /// </summary>
    Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation);

    /// <summary>One volume; absent is <see cref="FaultCode.NotFound"/>, "could not look" is never that.</summary>
    Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation);

    /// <summary>All volumes of this backend on this node, writer or not, ordered by identity.</summary>
    Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation);
}
