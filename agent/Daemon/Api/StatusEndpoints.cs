using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>What the agent knows. Reads only what is at hand: no tool runs, no peer is waited for.</summary>
internal sealed class StatusEndpoints(
    Func<ClusterStatus> status, Func<NodeReport> report, Func<IReadOnlyList<OperationLine>, SelfReport> self, IOperationJournal journal)
    : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/status", _ => Task.FromResult(Outcome.Ok(status())));
        routes.Get("/v1/report", _ => Task.FromResult(Outcome.Ok(report())));
        routes.Get("/v1/self", _ => Task.FromResult(Outcome.Ok(self(Open(report())))));
        routes.Get("/v1/operations", _ => Task.FromResult(Outcome.Ok(Operations(report()))));
    }

    private OperationsReport Operations(NodeReport now) =>
        new(now.At, Open(now), [.. journal.Recent().Select(OperationLine.Of)]);

    private IReadOnlyList<OperationLine> Open(NodeReport now)
    {
        // A replication is called "UNIT to NODE"; its stream is found under the copy.
        var streams = now.Units.SelectMany(unit => unit.Copies.Select(copy => (Subject: $"{unit.Record.Unit} to {copy.Node}", copy.Progress)))
            .ToLookup(stream => stream.Subject, stream => stream.Progress);
        return [.. journal.Open().Select(operation => OperationLine.Of(operation, streams[operation.Subject].FirstOrDefault()))];
    }
}
