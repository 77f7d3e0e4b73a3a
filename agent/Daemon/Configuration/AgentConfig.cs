using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration;

/// <summary>The configuration of an agent, checked. It never changes; a reload makes a new one.</summary>
/// <param name="Node">This node.</param>
/// <param name="State">Folder for identity, keys and journal.</param>
/// <param name="Socket">Unix socket of the command line.</param>
/// <param name="Networks">By name.</param>
/// <param name="Peers">How agents reach each other.</param>
/// <param name="Metrics">What Prometheus reads.</param>
/// <param name="Plugins">Where backends come from.</param>
/// <param name="Backends">In the order of the file.</param>
/// <param name="Services">In the order of the file.</param>
/// <param name="Fencing">In the order of the file.</param>
/// <param name="Failover">How services fail over.</param>
/// <param name="Replication">Defaults for units.</param>
/// <param name="Log">What goes to the journal.</param>
/// <param name="Store">Where the cluster agrees.</param>
internal sealed record AgentConfig(
    NodeId Node,
    string State,
    string Socket,
    IReadOnlyDictionary<string, NetworkConfig> Networks,
    PeersConfig Peers,
    MetricsConfig Metrics,
    PluginsConfig Plugins,
    IReadOnlyList<BackendConfig> Backends,
    IReadOnlyList<ServiceConfig> Services,
    IReadOnlyList<FenceConfig> Fencing,
    FailoverConfig Failover,
    ReplicationConfig Replication,
    LogConfig Log,
    StoreConfig Store)
{
    /// <summary>Where it was read; null in tests.</summary>
    public ConfigPlace? Place { get; init; }
}
