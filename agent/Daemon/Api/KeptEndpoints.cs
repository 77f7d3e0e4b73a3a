using NodeAgent.Contract;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>What copies have put away on this node.</summary>
internal sealed class KeptEndpoints(KeptHeads kept) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/kept", async context => Outcome.Ok(await kept.ShowAsync(context.RequestAborted)));
        routes.Post<Messages.OfUnit, DoneReport>("/v1/kept/delete", async (order, cancellation) =>
            (await kept.DeleteAsync(order.Unit, cancellation)).Map(gone => new DoneReport(
                $"{gone.Unit} is deleted: what {gone.Of} had written here beyond {gone.Snapshot ?? "nothing"} is gone")));
    }
}
