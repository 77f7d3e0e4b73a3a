using System.IO.Pipelines;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Another node's copies in this process: the same code as behind a link, without the network.</summary>
public sealed class NearbyCopies(LocalCopies copies, NodeId from) : ICopyHost
{
    /// <summary>Cuts the next stream after so many bytes; null for no cut.</summary>
    public long? CutAfter { get; set; }

    /// <summary>Cuts streams of this volume only, and each; null: the next stream whatever it brings.</summary>
    public string? CutOnly { get; set; }

    /// <summary>What a node that is down answers; null while it is up.</summary>
    public Fault? Down { get; set; }

    /// <summary>A volume that no stream gets through to; null if there is none.</summary>
    public string? Refused { get; set; }

    /// <summary>What streams wait for before their first byte.</summary>
    public Task Slow { get; set; } = Task.CompletedTask;

    /// <summary>Streams received whole.</summary>
    public int Streams { get; private set; }

    public async Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation) =>
        Down is null ? await copies.FindAsync(unit, cancellation) : Down;

    public async Task<Outcome<CopyReport>> PrepareAsync(UnitRecord record, CancellationToken cancellation) =>
        Down is null ? await copies.PrepareAsync(record, from, cancellation) : Down;

    public async Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, StreamBody body, CancellationToken cancellation)
    {
        if (Down is not null)
        {
            return Down;
        }

        if (offer.Step.Volume.Name == Refused)
        {
            return new Fault(FaultCode.OutOfSpace, $"cannot receive {Refused}", "there is no room for it", "Make room.", Retry.AfterFix);
        }

        await Slow.WaitAsync(cancellation);
        var pipe = new Pipe();
        var receiving = ReceiveAndCloseAsync(offer, pipe.Reader, cancellation);
        var isCut = CutOnly is null || CutOnly == offer.Step.Volume.Name;
        var output = isCut && CutAfter is { } bytes ? new CutStream(pipe.Writer.AsStream(), bytes) : pipe.Writer.AsStream();
        CutAfter = CutOnly is null ? null : CutAfter;
        try
        {
            var sent = await body(output, cancellation);
            await pipe.Writer.CompleteAsync(sent.IsOk ? null : new IOException("the producer failed"));
            var received = await receiving;
            Streams += received.IsOk ? 1 : 0;
            return sent.IsOk ? received : sent.Fault;
        }
        catch (Exception)
        {
            // Without the exception: a pipe that ends in one forgets what nobody has read yet, and what got through has arrived.
            await pipe.Writer.CompleteAsync();
            await receiving;
            throw;
        }
    }

    public async Task<Outcome> RejoinAsync(UnitRecord record, string? snapshot, CancellationToken cancellation) =>
        Down is null ? await copies.RejoinAsync(record, snapshot, from, cancellation) : Down;

    // A receiver that refuses without reading must not leave the sender waiting.
    private async Task<Outcome<Receipt>> ReceiveAndCloseAsync(StreamOffer offer, PipeReader reader, CancellationToken cancellation)
    {
        try
        {
            return await copies.ReceiveAsync(offer, from, reader.AsStream(), null, cancellation);
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, CancellationToken cancellation) =>
        Down is null ? await copies.DiscardPartialAsync(volume, epoch, from, cancellation) : Down;

    public async Task<Outcome<CopyReport>> CompleteAsync(UnitRecord record, string snapshot, CancellationToken cancellation) =>
        Down is null ? await copies.CompleteAsync(record, snapshot, from, cancellation) : Down;

    public async Task<Outcome> NoteUnchangedAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation) =>
        Down is null ? await copies.NoteUnchangedAsync(record, word, from, cancellation) : Down;

    public async Task<Outcome> DeleteAsync(UnitRecord record, string? volume, CancellationToken cancellation) =>
        Down is null ? await copies.DeleteAsync(record, volume, from, cancellation) : Down;
}
