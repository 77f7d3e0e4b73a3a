using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>Notes where calls come from.</summary>
internal sealed class SeenAddresses : IPeerEndpoints
{
    public ConcurrentQueue<string> From { get; } = new();

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("test/from", context =>
    {
        From.Enqueue(context.Connection.RemoteIpAddress!.ToString());
        return context.AnswerAsync(Outcome.Ok(new Acknowledgement()));
    });
}
