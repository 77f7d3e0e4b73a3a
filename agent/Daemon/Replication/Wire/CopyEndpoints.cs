using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>Lets peers bring the copies that this node keeps for them up to date.</summary>
internal sealed class CopyEndpoints(LocalCopies copies, TimeProvider time) : IPeerEndpoints
{
    private const int MessageLimit = 256 * 1024;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);

    public void Map(IEndpointRouteBuilder routes)
    {
        Post<CopyRoutes.OfUnit, KnownUnit>(routes, CopyRoutes.Find, (message, _, cancellation) =>
            copies.FindAsync(message.Unit, cancellation));
        Post<CopyRoutes.OfRecord, CopyReport>(routes, CopyRoutes.Prepare, (message, peer, cancellation) =>
            copies.PrepareAsync(message.Record, peer, cancellation));
        Post<CopyRoutes.OfPartial, Acknowledgement>(routes, CopyRoutes.Discard, async (message, peer, cancellation) =>
            Done(await copies.DiscardPartialAsync(new VolumeId(message.Unit, message.Volume), message.Epoch, peer, cancellation)));
        Post<CopyRoutes.OfSnapshot, CopyReport>(routes, CopyRoutes.Complete, (message, peer, cancellation) =>
            copies.CompleteAsync(message.Record, message.Snapshot, peer, cancellation));
        Post<CopyRoutes.OfWord, Acknowledgement>(routes, CopyRoutes.Unchanged, async (message, peer, cancellation) =>
            Done(await copies.NoteUnchangedAsync(message.Record, message.Word, peer, cancellation)));
        Post<CopyRoutes.OfAncestor, Acknowledgement>(routes, CopyRoutes.Rejoin, async (message, peer, cancellation) =>
            Done(await copies.RejoinAsync(message.Record, message.Snapshot, peer, cancellation)));
        Post<CopyRoutes.OfDeletion, Acknowledgement>(routes, CopyRoutes.Delete, async (message, peer, cancellation) =>
            Done(await copies.DeleteAsync(message.Record, message.Volume, peer, cancellation)));
        routes.MapPost(CopyRoutes.Receive, ReceiveAsync);
    }

    private static Outcome<Acknowledgement> Done(Outcome outcome) => outcome.IsOk ? new Acknowledgement() : outcome.Fault;

    private static void Post<TMessage, T>(
        IEndpointRouteBuilder routes, string route, Func<TMessage, NodeId, CancellationToken, Task<Outcome<T>>> answer)
        where TMessage : class =>
        routes.MapPost(route, async (HttpContext context) =>
        {
            var message = await context.ReadMessageAsync<TMessage>(MessageLimit);
            await context.AnswerAsync(message.IsOk
                ? await answer(message.Value, context.Peer(), context.RequestAborted)
                : message.Fault);
        });

    private async Task ReceiveAsync(HttpContext context)
    {
        var step = CopyRoutes.ReadStep(context.Request.Query["step"]);
        if (!step.IsOk)
        {
            await context.RefuseAsync(step.Fault);
            return;
        }

        // An agent of an earlier version does not say these: then the stream is taken as it always was.
        var offer = new StreamOffer(step.Value, Number("revision"), Number("bytes"))
        {
            Life = context.Request.Query["life"].ToString() is { Length: > 0 } life ? life : null,
        };
        var body = context.OpenBody(Idle, time);
        await using (body)
        {
            await context.AnswerAsync(await copies.ReceiveAsync(offer, context.Peer(), body, null, context.RequestAborted));
        }

        long? Number(string name) => long.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var told) ? told : null;
    }
}
