using NodeAgent.Daemon.Units.Choices;

namespace NodeAgent.Daemon.Api;

/// <summary>Choosing between the copies of a unit.</summary>
internal sealed class ChoiceEndpoints(CopyChoices choices) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Post<ChoiceOrder, ChoiceReport>("/v1/volumes/resolve/plan", choices.PlanAsync);
        routes.Post<ChoiceOrder, ChoiceReport>("/v1/volumes/resolve", choices.ChooseAsync);
    }
}
