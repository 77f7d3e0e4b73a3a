using NodeAgent.Contract;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Dies before and after each call to a backend's streams, and in the middle of a stream.</summary>
public sealed class KillableStreams(IReplicationStreams inner, KillSwitch kill, string node) : IReplicationStreams
{
    public string Format => inner.Format;

    public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) =>
        AroundAsync("history", () => inner.ReadHistoryAsync(unit, cancellation));

    public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation) =>
        AroundAsync("changes", () => inner.ReadChangesAsync(units, cancellation));

    public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) =>
        AroundAsync("estimate", () => inner.EstimateAsync(step, cancellation));

    public Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        AroundAsync("send", () => inner.SendAsync(step, new KillableStream(output, kill), progress, cancellation));

    public Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        AroundAsync("receive", () => inner.ReceiveAsync(step, input, progress, cancellation));

    public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) =>
        AroundAsync("discard", () => inner.DiscardPartialAsync(volume, cancellation));

    public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) =>
        AroundAsync("anchor", () => inner.AnchorAsync(snapshot, peer, cancellation));

    public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) =>
        AroundAsync("forget anchor", () => inner.ForgetAnchorAsync(unit, peer, cancellation));

    private async Task<T> AroundAsync<T>(string what, Func<Task<T>> work)
    {
        kill.Pass($"before {what} on {node}");
        var result = await work();
        kill.Pass($"after {what} on {node}");
        return result;
    }
}
