using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

internal sealed class GuardedReplicationStreams(CallSupervisor calls) : IReplicationStreams
{
    public string Format => calls.Slot.Current?.StreamFormat ?? "";

    public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStreams, CopyHistory>(
            GuardedCall.Read("streams.read_history", $"read the history of {unit}"),
            (streams, stop) => streams.ReadHistoryAsync(unit, stop),
            cancellation);

    public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(
        IReadOnlyList<UnitId> units, CancellationToken cancellation) =>
        calls.ListAsync<IReplicationStreams, UnitChange>(
            GuardedCall.Read("streams.read_changes", $"look for changes of {units.Count} units"),
            (streams, stop) => streams.ReadChangesAsync(units, stop),
            cancellation);

    public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStreams, StreamEstimate>(
            GuardedCall.Read("streams.estimate", $"estimate a stream of {step.Volume}"),
            (streams, stop) => streams.EstimateAsync(step, stop),
            cancellation);

    public Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        MoveAsync<long>(
            new GuardedCall("streams.send", CallKind.Send, $"send {step.Volume}", step.Volume.ToString()),
            output,
            (streams, stream, host, stop) => streams.SendAsync(step, stream, host.Progress(progress), stop),
            cancellation);

    public Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        MoveAsync<Receipt>(
            new GuardedCall("streams.receive", CallKind.Receive, $"receive {step.Volume}", step.Volume.ToString()),
            input,
            (streams, stream, host, stop) => streams.ReceiveAsync(step, stream, host.Progress(progress), stop),
            cancellation);

    public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStreams>(
            GuardedCall.Change("streams.discard_partial", $"discard a broken receive of {volume}", volume.Unit),
            (streams, stop) => streams.DiscardPartialAsync(volume, stop),
            cancellation);

    public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStreams>(
            GuardedCall.Change("streams.anchor", $"anchor {snapshot} for {peer}", snapshot.Unit),
            (streams, stop) => streams.AnchorAsync(snapshot, peer, stop),
            cancellation);

    public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) =>
        calls.RunAsync<IReplicationStreams>(
            GuardedCall.Change("streams.forget_anchor", $"forget the anchor of {unit} for {peer}", unit),
            (streams, stop) => streams.ForgetAnchorAsync(unit, peer, stop),
            cancellation);

    private async Task<Outcome<T>> MoveAsync<T>(
        GuardedCall call,
        Stream stream,
        Func<IReplicationStreams, Stream, HostEnd, CancellationToken, Task<Outcome<T>>> body,
        CancellationToken cancellation)
    {
        var host = calls.HostEnd(call.Kind);
        var handed = new HandedStream(stream, host);
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void End() => _ = until.CancelAsync();
        calls.Slot.OnEmptying(End);
        try
        {
            return await calls.RunAsync<IReplicationStreams, T>(
                call with { Host = host }, (streams, stop) => body(streams, handed, host, stop), until.Token);
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return PluginFaults.Draining($"cannot {call.What} on backend {calls.Id}");
        }
        finally
        {
            calls.Slot.NoLongerOnEmptying(End);
            handed.Revoke();
        }
    }
}
