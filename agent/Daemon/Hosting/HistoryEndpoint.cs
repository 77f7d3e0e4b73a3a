using NodeAgent.Contract;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Gives this node's history to its peers, and keeps why a peer is about to reset itself.</summary>
internal sealed class HistoryEndpoint(FileHistory history) : IPeerEndpoints
{
    /// <summary>The peers' route.</summary>
    public const string Route = "history";
    private const int MessageLimit = 16 * 1024;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Route, context => context.AnswerAsync(Outcome.Ok(new HistoryReport(history.Lines))));
        routes.MapPost(ResetNote.Route, async (HttpContext context) =>
        {
            var note = await context.ReadMessageAsync<DoneReport>(MessageLimit);
            if (note.IsOk)
            {
                history.Tell("peer-resets", context.Peer().Value, note.Value.Text);
            }

            await context.AnswerAsync(note.IsOk ? Outcome.Ok(new DoneReport("kept")) : note.Fault);
        });
    }
}
