using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Daemon.Hosting;

/// <summary>The agent's metrics with all that feeds them: those who are told, and those who look at a scrape.</summary>
internal sealed class AgentMeters
{
    private readonly CommandMeter commands;
    private readonly TimeProvider time;

    /// <summary>Makes them; the agent is started with <see cref="Observers"/>.</summary>
    public AgentMeters(ILoggerFactory logs, TimeProvider time)
    {
        this.time = time;
        Metrics = new AgentMetrics(logs.CreateLogger<AgentMetrics>());
        commands = new CommandMeter(Metrics);
        Observers = new AgentObservers(
            new PluginMeter(Metrics, logs.CreateLogger<PluginMeter>()), commands, new CycleMeter(Metrics, time),
            done => Metrics.SwitchoverDuration.Observe(TimeSpan.FromSeconds(done.FrozenSeconds ?? 0)));
    }

    /// <summary>The families.</summary>
    public AgentMetrics Metrics { get; }

    /// <summary>Who is told what happens.</summary>
    public AgentObservers Observers { get; }

    /// <summary>Who copies what the agent knows into metrics at a scrape.</summary>
    /// <param name="agent">The agent, started with these observers.</param>
    /// <param name="configHash">Of the cluster-wide configuration; null if it is not known.</param>
    public IReadOnlyList<IMetricSource> Sources(Agent agent, long? configHash) =>
    [
        new AgentSource(agent.Seat, configHash),
        new JournalSource(agent.Journal, agent.Registry, agent.Board, time),
        new BackendSource(agent.Plugins, agent.Watch, agent.Hangs),
        new StorageClusterSource(() => agent.Plugins.Backends.Select(backend => backend.Id), agent.Watch),
        new UpkeepSource(agent.Upkeep),
        new UnitSource(agent.Report, agent.Upkeep, time),
        new ReplicationSource(agent.Self, agent.Registry, agent.Loop, agent.Board, agent.Seat, agent.Upkeep),
        new DrillSource(agent.Drills),
        new PeerSource(agent.Seat),
        new ReserveSource(() => agent.Reserve.Of(null)),
        new FailoverSource(agent.Failover, time),
        new CommandSource(agent.Commands, commands),
    ];
}
