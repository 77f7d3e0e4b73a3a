using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Replication.Wire;

/// <summary>Lets a writer pass a unit on to this node.</summary>
internal sealed class HandoverEndpoints(Func<TakeOvers> takeOvers) : IPeerEndpoints
{
    private const int MessageLimit = 256 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(HandoverRoutes.Plan, async (HttpContext context) =>
        {
            var message = await context.ReadMessageAsync<HandoverRoutes.OfRecord>(MessageLimit);
            await context.AnswerAsync(message.IsOk
                ? await takeOvers().PlanAsync(message.Value.Record, context.Peer(), context.RequestAborted)
                : message.Fault);
        });

        // Once begun it is carried out, even if the former writer hangs up.
        routes.MapPost(HandoverRoutes.TakeOver, async (HttpContext context) =>
        {
            var message = await context.ReadMessageAsync<TakeOverLetter>(MessageLimit);
            var done = message.IsOk
                ? await takeOvers().TakeOverAsync(message.Value, context.Peer(), CancellationToken.None)
                : message.Fault;
            await context.AnswerAsync(done.IsOk ? new Outcome<Acknowledgement>(new Acknowledgement()) : done.Fault);
        });
    }
}
