using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Api;

/// <summary>Planned moves of a unit's writer.</summary>
internal sealed class SwitchoverEndpoints(Switchovers switchovers) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<SwitchoverOrder, SwitchoverReport>("/v1/switchover/plan", switchovers.PlanAsync);
        routes.Post<SwitchoverOrder, SwitchoverReport>("/v1/switchover", switchovers.MoveAsync);
    }
}
