using NodeAgent.Daemon.Units.Adoptions;

namespace NodeAgent.Daemon.Api;

/// <summary>Units whose record was lost.</summary>
internal sealed class AdoptionEndpoints(AdoptionOrders adoptions) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<Messages.OfUnit, AdoptionReport>("/v1/units/adopt/plan", (order, cancellation) => adoptions.PlanAsync(order.Unit, cancellation));
        routes.Post<Messages.OfUnit, AdoptionReport>("/v1/units/adopt", (order, cancellation) => adoptions.AdoptAsync(order.Unit, cancellation));
    }
}
