using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// Whether the store is older than the data that it decides about, as after it was restored from a backup or founded anew. An epoch is
/// stored before anything is written in it; if data is of a later one than the record's, or a node remembers one (<see cref="StoreMemory"/>), the
/// store has forgotten who wrote it.
/// </summary>
public static class StoreAge
{
    /// <summary>The newest epoch that is known of a service: of its record, of what any node holds, or of what it remembers.</summary>
    public static Epoch Newest(ClusterView view, string service, Epoch recorded)
    {
        var newest = recorded;
        foreach (var offers in view.Offers.Values)
        {
            newest = Max(Max(newest, offers.OfService.GetValueOrDefault(service)?.Epoch ?? Epoch.None), offers.Known.GetValueOrDefault(service));
        }

        return newest;
    }

    /// <summary>True if some node holds data of a later epoch than the record knows, or remembers one.</summary>
    public static bool IsOlder(ClusterView view, ServiceRecord service) => Newest(view, service.Policy.Name, service.Epoch) > service.Epoch;

    /// <summary>Why nobody takes a service by itself; null: the store knows all epochs, or an operator accepted whatever is lost.</summary>
    public static string? Objection(ClusterView view, ServiceRecord service)
    {
        var (name, newest) = (service.Policy.Name, Newest(view, service.Policy.Name, service.Epoch));
        if (newest == service.Epoch || (service.LossAccepted == service.Epoch && service.Epoch != Epoch.None))
        {
            return null;
        }

        return $"{What(view, name, service.Epoch, newest)}; was the store restored from a backup? "
            + $"Nobody takes it by itself. See that every node that has its data is here, then 'nodeagent failover {name} --accept-loss'";
    }

    private static string What(ClusterView view, string name, Epoch recorded, Epoch newest)
    {
        // What lies there says more than what is only reckoned with.
        var data = view.Offers.Values.Select(node => node.OfService.GetValueOrDefault(name)?.Epoch ?? Epoch.None).Aggregate(Epoch.None, Max);
        var holders = view.Offers.Where(node => node.Value.OfService.GetValueOrDefault(name)?.Epoch == data).Select(node => node.Key);
        return data > recorded
            ? $"the cluster store is older than the data: it knows epoch {recorded} of {name}, and there is data of epoch {data} on {string.Join(" and ", holders)}"
            : $"the cluster store is older than what {string.Join(" and ", view.Offers.Where(node => node.Value.Known.GetValueOrDefault(name) == newest).Select(node => node.Key))} saw of it: "
                + $"it knows epoch {recorded} of {name}, and there may have been epoch {newest}";
    }

    private static Epoch Max(Epoch one, Epoch other) => one > other ? one : other;
}
