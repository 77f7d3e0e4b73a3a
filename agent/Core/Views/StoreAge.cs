using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// Whether the store is older than the data that it decides about, as after it was restored from a backup or founded anew. An epoch is
/// stored before anything is written in it; if data is of a later one than the record's, the store has forgotten who wrote it.
/// </summary>
public static class StoreAge
{
    /// <summary>The newest epoch that is known of a service: of its record, or of what any node holds.</summary>
    public static Epoch Newest(ClusterView view, string service, Epoch recorded)
    {
        var newest = recorded;
        foreach (var offers in view.Offers.Values)
        {
            newest = offers.OfService.GetValueOrDefault(service) is { } offer && offer.Epoch > newest ? offer.Epoch : newest;
        }

        return newest;
    }

    /// <summary>True if some node holds data of a later epoch than the record knows.</summary>
    public static bool IsOlder(ClusterView view, ServiceRecord service) => Newest(view, service.Policy.Name, service.Epoch) > service.Epoch;

    /// <summary>Why nobody takes a service by itself; null: the store knows all epochs, or an operator accepted whatever is lost.</summary>
    public static string? Objection(ClusterView view, ServiceRecord service)
    {
        var (name, newest) = (service.Policy.Name, Newest(view, service.Policy.Name, service.Epoch));
        if (newest == service.Epoch || (service.LossAccepted == service.Epoch && service.Epoch != Epoch.None))
        {
            return null;
        }

        var holders = view.Offers.Where(node => node.Value.OfService.GetValueOrDefault(name)?.Epoch == newest).Select(node => node.Key);
        return $"the cluster store is older than the data: it knows epoch {service.Epoch} of {name}, and there is data of epoch {newest} on {string.Join(" and ", holders)}; was the store restored from a backup? "
            + $"Nobody takes it by itself. See that every node that has its data is here, then 'nodeagent failover {name} --accept-loss'";
    }
}
