using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Api;

/// <summary>Planned moves of a unit's writer, or of a service.</summary>
internal sealed class SwitchoverEndpoints(PlannedMoves moves) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<SwitchoverOrder, SwitchoverReport>("/v1/switchover/plan", moves.PlanAsync);
        routes.Post<SwitchoverOrder, SwitchoverReport>("/v1/switchover", moves.MoveAsync);
    }
}
