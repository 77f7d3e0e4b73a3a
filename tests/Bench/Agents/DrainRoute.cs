using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Bench.Agents;

/// <summary>A route that reads a stream as replication does, and drops it.</summary>
internal sealed class DrainRoute : IPeerEndpoints
{
    public const string Route = "bench/drain";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Route, DrainAsync);

    private static async Task DrainAsync(HttpContext context)
    {
        var body = context.OpenBody(TimeSpan.FromSeconds(60), TimeProvider.System);
        var buffer = new byte[1024 * 1024];
        long total = 0;
        int read;
        while ((read = await body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            total += read;
        }

        await context.AnswerAsync(Outcome.Ok(new Drained(total)));
    }

    /// <summary>How much came.</summary>
    internal sealed record Drained(long Bytes);
}
