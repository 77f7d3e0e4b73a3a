using NodeAgent.Daemon.Plugins;
using NodeAgent.Daemon.Replication;
using NodeAgent.Linux.Commands;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Who is told what the agent's parts do.</summary>
/// <param name="Plugins">What plugins do.</param>
/// <param name="Commands">What programs do.</param>
/// <param name="Cycles">What replication does.</param>
internal sealed record AgentObservers(IPluginObserver Plugins, ICommandObserver Commands, ICycleWatch Cycles);
