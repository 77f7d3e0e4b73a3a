using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>A peer as a keeper of copies.</summary>
internal sealed class RemoteCopies(PeerLink link) : ICopyHost
{
    public Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation) =>
        CallAsync<KnownUnit>(CopyRoutes.Find, new CopyRoutes.OfUnit(unit), cancellation);

    public Task<Outcome<CopyReport>> PrepareAsync(UnitRecord record, CancellationToken cancellation) =>
        CallAsync<CopyReport>(CopyRoutes.Prepare, new CopyRoutes.OfRecord(record), cancellation);

    public async Task<Outcome<Receipt>> ReceiveAsync(StreamOffer offer, StreamBody body, CancellationToken cancellation) =>
        await link.SendStreamAsync<Receipt>(
            CopyRoutes.ReceiveOf(offer),
            async (output, token) => (await body(output, token)).WithoutValue(),
            cancellation);

    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, CancellationToken cancellation) =>
        (await CallAsync<Acknowledgement>(
            CopyRoutes.Discard, new CopyRoutes.OfPartial(volume.Unit, volume.Name, epoch), cancellation)).WithoutValue();

    public Task<Outcome<CopyReport>> CompleteAsync(UnitRecord record, string snapshot, CancellationToken cancellation) =>
        CallAsync<CopyReport>(CopyRoutes.Complete, new CopyRoutes.OfSnapshot(record, snapshot), cancellation);

    public async Task<Outcome> RejoinAsync(UnitRecord record, string? snapshot, CancellationToken cancellation) =>
        (await CallAsync<Acknowledgement>(CopyRoutes.Rejoin, new CopyRoutes.OfAncestor(record, snapshot), cancellation)).WithoutValue();

    public async Task<Outcome> NoteUnchangedAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation) =>
        (await CallAsync<Acknowledgement>(CopyRoutes.Unchanged, new CopyRoutes.OfWord(record, word), cancellation)).WithoutValue();

    public async Task<Outcome> DeleteAsync(UnitRecord record, string? volume, CancellationToken cancellation) =>
        (await CallAsync<Acknowledgement>(CopyRoutes.Delete, new CopyRoutes.OfDeletion(record, volume), cancellation)).WithoutValue();

    // All of these may be asked twice: another path may be tried after any trouble.
    private Task<Outcome<T>> CallAsync<T>(string route, object message, CancellationToken cancellation)
        where T : class => link.CallAsync<T>(HttpMethod.Post, route, message, cancellation);
}
