using System.Net;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration.Schema;

namespace NodeAgent.Daemon.Configuration;

/// <summary>
/// Makes the configuration from what the files set and the schema's defaults. What was not understood is taken as
/// not set, so that the checks can go on; a configuration with errors is never handed out.
/// </summary>
internal sealed class ConfigBuilder(ConfigValues values, ConfigSources sources)
{
    /// <summary>The default of the node's name. May be no valid name.</summary>
    public static string NameOf(string hostName) => hostName.Split('.')[0].ToLowerInvariant();

    public AgentConfig Build()
    {
        var networks = Networks();
        var services = new ServiceBuilder(values);
        return new AgentConfig(
            new NodeId(values.Find("node.name") as string ?? NameOf(sources.HostName)),
            Get<string>("state"),
            Get<string>("socket"),
            networks,
            new PeersConfig(Get<int>("peers.port"), PeerNetworks(networks)),
            new MetricsConfig(Get<object>("metrics.listen") as IPEndPoint),
            new PluginsConfig(Get<string>("plugins.path"), Get<bool>("plugins.require_root_owned")),
            Backends(),
            services.Services(),
            services.Fencing(),
            new FailoverConfig(Get<TimeSpan>("failover.stall"), values.Find("failover.device") as TimeSpan?, Get<string>("failover.guard"), Get<bool>("failover.trust_softdog"), Get<TimeSpan>("failover.hang_limit")),
            new ReplicationConfig(
                Get<TimeSpan>("replication.interval"),
                Get<int>("replication.keep_source"),
                Get<int>("replication.keep_copies"),
                Get<int>("replication.concurrent_streams")),
            new LogConfig(Get<LogLevel>("log.level")),
            new StoreConfig(
                [.. values.Items("store.endpoints").Select(index => values.Find($"store.endpoints[{index}]")).OfType<Uri>()],
                values.Find("store.authority") as string,
                values.Find("store.certificate") as string,
                values.Find("store.key") as string));
    }

    private T Get<T>(string field) => (T)(values.Find(field) ?? SchemaDefaults.Of(field));

    private SortedDictionary<string, NetworkConfig> Networks()
    {
        SortedDictionary<string, NetworkConfig> networks = new(StringComparer.Ordinal);
        foreach (var name in values.Items("networks"))
        {
            if (values.Find($"networks[{name}].address") is IPAddress address)
            {
                networks[name] = new NetworkConfig(name, address, (long?)values.Find($"networks[{name}].rate_limit"));
            }
        }

        return networks;
    }

    private List<string> PeerNetworks(SortedDictionary<string, NetworkConfig> networks)
    {
        var given = values.Items("peers.networks")
            .Select(index => values.Find($"peers.networks[{index}]"))
            .OfType<string>()
            .ToList();
        return given.Count > 0 ? given : [.. networks.Keys];
    }

    private List<BackendConfig> Backends()
    {
        List<BackendConfig> backends = [];
        foreach (var id in values.Items("backends"))
        {
            var path = $"backends[{id}]";
            if (values.Find($"{path}.plugin") is string plugin)
            {
                var options = values.Items($"{path}.options")
                    .ToDictionary(key => key, key => (string)values.Find($"{path}.options.{key}")!);
                backends.Add(new BackendConfig(new BackendId(id), plugin, options, values.Find($"{path}.accept_trial") is true));
            }
        }

        return backends;
    }
}
