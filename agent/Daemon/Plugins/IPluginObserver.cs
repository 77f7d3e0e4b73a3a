using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins;

/// <summary>Told what plugins do; for metrics and logs. Must return at once and not throw.</summary>
public interface IPluginObserver
{
    /// <summary>A plugin or backend went from one state to another.</summary>
    void StateChanged(PluginSubject subject, PluginState from, PluginState to, string reason);

    /// <summary>A call ended.</summary>
    /// <param name="backend">The backend.</param>
    /// <param name="operation">One of a fixed set, such as "volumes.create".</param>
    /// <param name="end">How.</param>
    /// <param name="code">The fault's code, if it ended with one.</param>
    /// <param name="duration">How long the plugin took.</param>
    void CallEnded(BackendId backend, string operation, CallEnd end, FaultCode? code, TimeSpan duration);

    /// <summary>A plugin threw or hung.</summary>
    void Misbehaved(BackendId backend, string operation, string problem);

    /// <summary>A step of loading was judged.</summary>
    void Judged(string plugin, string version, LoadVerdict verdict);

    /// <summary>A plugin was unloaded, or clings to the process.</summary>
    void Unloaded(UnloadReport report);
}
