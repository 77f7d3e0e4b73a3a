using NodeAgent.Contract;
using NodeAgent.Daemon.Failover;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Api;

/// <summary>Services, what would happen to them, and what operators order; null: this node has no cluster store.</summary>
internal sealed class FailoverEndpoints(
    FailoverDesk? desk, Func<NodeId, IReadOnlyList<ReserveLine>> reserve, Func<CancellationToken, Task<SafeguardReport>>? safeguards, Func<CancellationToken, Task<Listing<HistoryLine>>> history)
    : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/services", _ => AskedAsync(known => Outcome.Ok(known.Services())));
        routes.Get("/v1/explain/{name}", context => AskedAsync(known => known.Explain(Name(context))));
        routes.Get("/v1/what-if/node-down/{name}", context => AskedAsync(known => known.NodeDown(Name(context)).Map(report => report with { Reserve = reserve(report.Node) })));
        routes.Get("/v1/what-if/drain/{name}", context => desk?.PlanDrainAsync(Name(context), context.RequestAborted) ?? Task.FromResult<Outcome<DrainPlan>>(NoStore()));
        routes.Get("/v1/safeguards", async context => Outcome.Ok(safeguards is null ? new SafeguardReport(IsNeeded: false, null, CanBeFenced: false, []) : await safeguards(context.RequestAborted)));
        routes.Get("/v1/history", async context => Outcome.Ok(await history(context.RequestAborted)));
        routes.Post<ServiceOrder, OrderReport>("/v1/service/order", (order, cancellation) => desk?.OrderAsync(order, cancellation) ?? Task.FromResult<Outcome<OrderReport>>(NoStore()));
        routes.Post<Messages.OfNode, OrderReport>("/v1/fence", (order, cancellation) => desk?.FenceAsync(order.Node, cancellation) ?? Task.FromResult<Outcome<OrderReport>>(NoStore()));
    }

    private static string Name(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private Task<Outcome<T>> AskedAsync<T>(Func<FailoverDesk, Outcome<T>> ask) => Task.FromResult(desk is null ? NoStore() : ask(desk));

    private static Fault NoStore() => new(
        FaultCode.Unsupported, "cannot look after services", "this node has no cluster store: every unit keeps its writer",
        "Add 'store' to the configuration.", Retry.AfterFix);
}
