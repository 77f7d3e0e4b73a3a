using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>What the agent knows. Reads only what is at hand: no tool runs, no peer is waited for.</summary>
internal sealed class StatusEndpoints(Func<ClusterStatus> status, Func<NodeReport> report, IOperationJournal journal) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/status", _ => Task.FromResult(Outcome.Ok(status())));
        routes.Get("/v1/report", _ => Task.FromResult(Outcome.Ok(report())));
        routes.Get("/v1/operations", _ => Task.FromResult(Outcome.Ok(new OperationsReport(journal.Open(), journal.Recent()))));
    }
}
