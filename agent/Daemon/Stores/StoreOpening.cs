using System.Net;
using System.Security.Cryptography;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Cluster.Files;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Stores;

/// <summary>Opens the store that the configuration names.</summary>
internal static class StoreOpening
{
    /// <summary>Where a node alone has its store.</summary>
    public static string FileOf(AgentConfig config) => Path.Combine(config.State, "store.journal");

    /// <summary>The store: an etcd if members are named, else a file, which only one process can have open.</summary>
    public static Outcome<IClusterStore> Open(AgentConfig config, TimeProvider time)
    {
        if (config.Store.Endpoints.Count > 0)
        {
            return OpenEtcd(config, time).Map<IClusterStore>(etcd => etcd);
        }

        return FileStore.Open(FileOf(config), time).Map<IClusterStore>(file => file);
    }

    /// <summary>The etcd. Opening it asks nobody.</summary>
    public static Outcome<EtcdStore> OpenEtcd(AgentConfig config, TimeProvider time)
    {
        // All members can be asked once before services are frozen.
        var options = new EtcdOptions(NearestFirst(config)) { TryTimeout = config.Failover.Choice.Stall / 4 };
        if (config.Store.Key is not null)
        {
            var certificates = StoreCertificates.Load(config.Store);
            if (!certificates.IsOk)
            {
                return certificates.Fault;
            }

            options = options with { Certificate = certificates.Value.Own, Authorities = certificates.Value.Authorities };
        }

        return new EtcdStore(options, time, Jitter);
    }

    // This node's own member answers when the network does not.
    private static IReadOnlyList<Uri> NearestFirst(AgentConfig config)
    {
        var own = config.Networks.Values.Select(network => network.Address).ToHashSet();
        return [.. config.Store.Endpoints.OrderBy(endpoint => IPAddress.TryParse(endpoint.IdnHost, out var address) && own.Contains(address) ? 0 : 1)];
    }

    private static double Jitter() => RandomNumberGenerator.GetInt32(1001) / 1000.0;
}
