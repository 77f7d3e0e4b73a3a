using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Api;

/// <summary>Plugins and the backends made of them.</summary>
internal sealed class PluginEndpoints(PluginHost host) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/plugins", _ => Task.FromResult(Outcome.Ok(new PluginsReport(host.Plugins, host.Backends))));
        routes.Post<Messages.OfName, DoneReport>("/v1/plugins/release", async (order, cancellation) =>
            UnitEndpoints.Done(await host.ReleaseAsync(order.Name, cancellation), $"{order.Name} is out of quarantine"));
    }
}
