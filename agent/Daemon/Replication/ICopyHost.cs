using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>A node that keeps copies, as the writer sees it: this node's own code, or the same behind a peer's link.</summary>
public interface ICopyHost
{
    /// <summary>Whether the node knows the unit.</summary>
    Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>Takes the record and says what its copy consists of.</summary>
    Task<Outcome<CopyReport>> PrepareAsync(UnitRecord record, CancellationToken cancellation);

    /// <summary>
    /// Receives one stream, which <paramref name="body"/> writes; not if the copy has been told a newer record since: what is
    /// in a stream that comes late may have been deleted. Nor if there is no room for it.
    /// </summary>
    /// <param name="offer">The stream.</param>
    /// <param name="body">Writes it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, StreamBody body, CancellationToken cancellation);

    /// <summary>Forgets a receive that broke off.</summary>
    Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, CancellationToken cancellation);

    /// <summary>All volumes hold the snapshot now: anchors it, lets old ones go, says what the copy consists of.</summary>
    Task<Outcome<CopyReport>> CompleteAsync(UnitRecord record, string snapshot, CancellationToken cancellation);

    /// <summary>
    /// The copy has parted: what only it has is kept under a name there, and it goes back to a snapshot that the writer has
    /// too. Only for units whose writer the cluster store names; for others a person decides.
    /// </summary>
    Task<Outcome> RejoinAsync(UnitRecord record, string? snapshot, CancellationToken cancellation) => Task.FromResult<Outcome>(
        ReplicationFaults.CannotRejoin(record.Unit));

    /// <summary>Nothing was written since a snapshot that the copy holds.</summary>
    Task<Outcome> NoteUnchangedAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation);

    /// <summary>Deletes the copy of one volume, or of the whole unit, because the writer's was deleted or it is to be made anew.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="volume">The volume's name; null for all, and the record too.</param>
    /// <param name="cancellation">Stops waiting.</param>
    Task<Outcome> DeleteAsync(UnitRecord record, string? volume, CancellationToken cancellation);
}
