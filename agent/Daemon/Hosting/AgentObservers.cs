using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units.Handovers;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Who is told what the agent's parts do.</summary>
/// <param name="Plugins">What plugins do.</param>
/// <param name="Commands">What programs do.</param>
/// <param name="Cycles">What replication does.</param>
/// <param name="Switchover">Planned moves of a writer that ended well.</param>
internal sealed record AgentObservers(
    IPluginObserver Plugins, ICommandObserver Commands, ICycleWatch Cycles, Action<SwitchoverReport> Switchover);
