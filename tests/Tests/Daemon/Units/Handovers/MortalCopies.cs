using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>Another node's copies, without the network; silent while it is dead.</summary>
internal sealed class MortalCopies(MovingCluster cluster, NodeId peer, NodeId from) : ICopyHost
{
    public Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation) =>
        cluster.CallAsync(peer, node => Near(node).FindAsync(unit, cancellation));

    public Task<Outcome<CopyReport>> PrepareAsync(UnitRecord record, CancellationToken cancellation) =>
        cluster.CallAsync(peer, node => Near(node).PrepareAsync(record, cancellation));

    public Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, StreamBody body, CancellationToken cancellation) =>
        cluster.CallAsync(peer, node => Near(node).ReceiveAsync(offer, body, cancellation));

    public Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, CancellationToken cancellation) =>
        DoAsync(node => Near(node).DiscardPartialAsync(volume, epoch, cancellation));

    public Task<Outcome<CopyReport>> CompleteAsync(UnitRecord record, string snapshot, CancellationToken cancellation) =>
        cluster.CallAsync(peer, node => Near(node).CompleteAsync(record, snapshot, cancellation));

    public Task<Outcome> NoteUnchangedAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation) =>
        DoAsync(node => Near(node).NoteUnchangedAsync(record, word, cancellation));

    public Task<Outcome> DeleteAsync(UnitRecord record, string? volume, CancellationToken cancellation) =>
        DoAsync(node => Near(node).DeleteAsync(record, volume, cancellation));

    private NearbyCopies Near(MovableNode node) => new(node.Copies, from) { Slow = node.Slow };

    private async Task<Outcome> DoAsync(Func<MovableNode, Task<Outcome>> work) => (await cluster.CallAsync(
        peer, async node => (await work(node)) is { IsOk: false } failed ? failed.Fault! : Outcome.Ok(true))).WithoutValue();
}
