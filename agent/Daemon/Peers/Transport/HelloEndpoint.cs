using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Answers probes.</summary>
internal sealed class HelloEndpoint(HelloDesk desk) : IPeerEndpoints
{
    private const int Limit = 4096;

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost(Hello.Route, AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        var theirs = await context.ReadMessageAsync<Hello>(Limit);
        var verdict = theirs.IsOk ? desk.Judge(theirs.Value, context.Peer()) : theirs.Fault;
        await context.AnswerAsync(verdict.IsOk ? desk.Make() : new Outcome<Hello>(verdict.Fault));
    }
}
