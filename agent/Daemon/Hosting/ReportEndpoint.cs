using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Gives this node's report to its peers.</summary>
internal sealed class ReportEndpoint(Func<NodeReport> make) : IPeerEndpoints
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(PeerReports.Route, context => context.AnswerAsync(Outcome.Ok(make())));
}
