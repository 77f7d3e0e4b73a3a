namespace NodeAgent.Contract;

/// <summary>
/// Copies kept by sending what changed between snapshots. The host plans and carries the bytes; the backend makes and
/// eats the streams. Every method works on either side and with the peer dead.
/// </summary>
public interface IReplicationStreams
{
    /// <summary>The stream's format. Streams are exchanged between equal formats only.</summary>
    string Format { get; }

    /// <summary>What this node's copy consists of. Absent is a history without volumes; "could not look" is a fault.</summary>
    Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation);

    /// <summary>
    /// Whether units were written since their newest snapshot; one look at the storage for all of them. The answer
    /// for a unit may always be <see cref="Answer.Unknown"/>.
    /// </summary>
    Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation);

    /// <summary>
    /// What a stream would be. For a resume token that can no longer be used: <see cref="FaultCode.NotFound"/>.
    /// </summary>
    Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation);

    /// <summary>Writes the stream to <paramref name="output"/>; the number of bytes is returned.</summary>
    Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation);

    /// <summary>
    /// Makes the copy from <paramref name="input"/> and reads back the identity of what was received. Only ever onto a
    /// copy that is not the writer: <see cref="FaultCode.PreconditionFailed"/>; a copy that was written to:
    /// <see cref="FaultCode.Diverged"/>; an epoch lower than seen: <see cref="FaultCode.StaleEpoch"/>. A stream that
    /// breaks leaves a <see cref="PartialReceive"/> if the backend can resume, else nothing.
    /// </summary>
    Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation);

    /// <summary>Forgets a receive that broke off. None there: done.</summary>
    Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation);

    /// <summary>
    /// Makes sure that the next increment to or from <paramref name="peer"/> can start at this snapshot even if others
    /// are deleted, and lets go of the anchor before it. On the writer it should not keep the snapshot's space.
    /// </summary>
    Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation);

    /// <summary>Lets go of the anchors for a peer that is no longer replicated to. None there: done.</summary>
    Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation);
}
