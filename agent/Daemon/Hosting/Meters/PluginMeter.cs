using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Counts and logs what plugins do.</summary>
internal sealed class PluginMeter(AgentMetrics metrics, ILogger log) : IPluginObserver
{
    public void StateChanged(PluginSubject subject, PluginState from, PluginState to, string reason)
    {
        log.LogInformation("{Subject}: {From} to {To}: {Reason}", subject, from, to, reason);
        if (subject.Kind != SubjectKind.Backend)
        {
            return;
        }

        // From Discovered it is the first start, or a quarantine that an earlier run of the agent counted.
        if (to == PluginState.Quarantined && from is PluginState.Ready or PluginState.Degraded)
        {
            metrics.BackendQuarantines.Increment(subject.Name);
        }
        else if (to == PluginState.Starting && from is PluginState.Quarantined or PluginState.Stopped)
        {
            metrics.BackendRestarts.Increment(subject.Name);
        }
    }

    public void CallEnded(BackendId backend, string operation, CallEnd end, FaultCode? code, TimeSpan duration)
    {
        var kind = OperationClass.Of(operation);
        if (end != CallEnd.Refused)
        {
            metrics.BackendOperationDuration.Observe(duration, backend.Value, kind);
        }

        if (end is not (CallEnd.Ok or CallEnd.Cancelled))
        {
            metrics.BackendOperationFailures.Increment(backend.Value, kind);
        }

        if (end is CallEnd.Crashed or CallEnd.Abandoned)
        {
            metrics.BackendMisbehaviour.Increment(backend.Value, end == CallEnd.Crashed ? "crash" : "hang");
        }
    }

    public void Misbehaved(BackendId backend, string operation, string problem) =>
        log.LogError("backend {Backend} misbehaved in {Operation}: {Problem}", backend, operation, problem);

    public void Judged(string plugin, string version, LoadVerdict verdict) =>
        log.LogDebug("plugin {Plugin} {Version}: {Verdict}", plugin, version, verdict);

    public void Unloaded(UnloadReport report) => log.LogInformation("{Report}", report);
}
