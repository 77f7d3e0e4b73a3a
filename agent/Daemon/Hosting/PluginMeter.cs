using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Counts and logs what plugins do.</summary>
internal sealed class PluginMeter(AgentMetrics metrics, ILogger log) : IPluginObserver
{
    public void StateChanged(PluginSubject subject, PluginState from, PluginState to, string reason) =>
        log.LogInformation("{Subject}: {From} to {To}: {Reason}", subject, from, to, reason);

    public void CallEnded(BackendId backend, string operation, CallEnd end, FaultCode? code, TimeSpan duration) =>
        metrics.BackendOperations.Add(1, backend.Value, "other");

    public void Misbehaved(BackendId backend, string operation, string problem) =>
        log.LogError("backend {Backend} misbehaved in {Operation}: {Problem}", backend, operation, problem);

    public void Judged(string plugin, string version, LoadVerdict verdict) =>
        log.LogDebug("plugin {Plugin} {Version}: {Verdict}", plugin, version, verdict);

    public void Unloaded(UnloadReport report) => log.LogInformation("{Report}", report);
}
