using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>Passes everything on, but for what a test bends.</summary>
internal sealed class BentStreams(IReplicationStreams inner) : IReplicationStreams
{
    public Func<StreamStep, Stream, CancellationToken, Task<Outcome<Receipt>>>? Receive { get; init; }

    public Func<StreamStep, Stream, CancellationToken, Task<Outcome<long>>>? Send { get; init; }

    public Func<IReadOnlyList<UnitId>, CancellationToken, Task<Outcome<IReadOnlyList<UnitChange>>>>? Changes { get; init; }

    public Func<SnapshotId, NodeId, CancellationToken, Task<Outcome>>? Anchor { get; init; }

    public string Format => inner.Format;

    public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) =>
        inner.ReadHistoryAsync(unit, cancellation);

    public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(
        IReadOnlyList<UnitId> units, CancellationToken cancellation) => (Changes ?? inner.ReadChangesAsync)(units, cancellation);

    public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) =>
        inner.EstimateAsync(step, cancellation);

    public Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        Send is null ? inner.SendAsync(step, output, progress, cancellation) : Send(step, output, cancellation);

    public Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        Receive is null ? inner.ReceiveAsync(step, input, progress, cancellation) : Receive(step, input, cancellation);

    public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) =>
        inner.DiscardPartialAsync(volume, cancellation);

    public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) =>
        (Anchor ?? inner.AnchorAsync)(snapshot, peer, cancellation);

    public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) =>
        inner.ForgetAnchorAsync(unit, peer, cancellation);
}
