using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Hosting;

namespace NodeAgent.Daemon.Api;

/// <summary>Drills, their last reports, and the authorities to check them with; null: this node has no cluster store.</summary>
internal sealed class DrillEndpoints(DrillDesk? drills, DrillBook book, ClusterSeat seat) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<DrillOrder, DrillPlan>("/v1/drill/plan", (order, _) => Task.FromResult(drills?.Plan(order) ?? NoStore()));
        routes.Post<DrillOrder, DrillReport>("/v1/drill", (order, cancellation) => drills?.RunAsync(order, cancellation) ?? Task.FromResult<Outcome<DrillReport>>(NoStore()));
        routes.Get("/v1/drills", _ => Task.FromResult(Outcome.Ok(book.Last)));
        routes.Get("/v1/cluster/authorities", _ => Task.FromResult(Outcome.Ok<IReadOnlyList<string>>(
            [.. (seat.Node?.Members.Authorities ?? []).Select(authority => authority.ExportCertificatePem())])));
    }

    private static Fault NoStore() => new(
        FaultCode.Unsupported, "cannot drill", "this node has no cluster store: no service fails over", "Add 'store' to the configuration.", Retry.AfterFix);
}
