namespace NodeAgent.Daemon.Api;

/// <summary>Some routes of the local API.</summary>
internal interface IApiEndpoints
{
    void Map(ApiRoutes routes);
}
