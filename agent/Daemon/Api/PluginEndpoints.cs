using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Manifests;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Api;

/// <summary>Plugins and the backends made of them.</summary>
internal sealed class PluginEndpoints(PluginHost host, UnitRegistry units, NodeId self) : IApiEndpoints
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/v1/plugins", _ => Task.FromResult(Outcome.Ok(new PluginsReport(host.Plugins, host.Backends))));
        routes.Post<Messages.OfName, DoneReport>("/v1/plugins/release", async (order, cancellation) =>
            UnitEndpoints.Done(await host.ReleaseAsync(order.Name, cancellation), $"{order.Name} is out of quarantine"));
        routes.Post<Messages.OfName, DoneReport>("/v1/plugins/restart", async (order, cancellation) =>
            UnitEndpoints.Done(await host.RestartAsync(new BackendId(order.Name), cancellation), $"backend {order.Name} runs"));
        routes.Post<Messages.OfVersion, DoneReport>("/v1/plugins/use", UseAsync);
    }

    /// <summary>Exchanges a plugin for another installed version; refused while this node writes anything through it. That version already: done.</summary>
    internal async Task<Outcome<DoneReport>> UseAsync(Messages.OfVersion order, CancellationToken cancellation) =>
        PluginVersion.TryParse(order.Version) is { } version
            ? UnitEndpoints.Done(await host.SwitchAsync(order.Plugin, version, Objection, cancellation), $"plugin {order.Plugin} runs in version {version}")
            : new Fault(
                FaultCode.InvalidArgument, $"cannot switch plugin {order.Plugin} to {order.Version}", "this is not a version", "Versions are like 1.4.0; 'nodeagent plugin list' shows those installed.", Retry.AfterFix);

    // A plugin may hold what it has opened in its own memory.
    private Fault? Objection(BackendId backend) => units.All().Count(unit => unit.Unit.Backend == backend && unit.Writer == self) is > 0 and var written
        ? new Fault(
            FaultCode.PreconditionFailed, $"cannot exchange backend {backend}", $"this node writes {written} of its units ('nodeagent status')",
            $"Move them away ('nodeagent drain {self}', or 'nodeagent switchover'), or stop their services and close them; then try again. A restart of the agent takes the newest version, too.", Retry.AfterFix)
        : null;
}
