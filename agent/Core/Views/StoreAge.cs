using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// Whether the store is older than the data that it decides about, as after it was restored from a backup or founded anew. An epoch is
/// stored before anything is written in it; if data is of a later one than the record's, or a node remembers one (<see cref="StoreMemory"/>), the
/// store has forgotten who wrote it.
/// </summary>
public static class StoreAge
{
    // How many epochs more a node that is away may have seen than those that are here.
    private const long Unseen = 1000;

    /// <summary>The newest epoch that is known of a service: of its record, of what any node holds, or of what it remembers.</summary>
    public static Epoch Newest(ClusterView view, ServiceRecord service) =>
        Max(Max(service.Epoch, service.Reckoned), Newest(view, service.Policy.Name));

    /// <summary>The newest epoch of a service that any node holds data of, or remembers, whether the store knows the service or not.</summary>
    public static Epoch Newest(ClusterView view, string service) => view.Offers.Values.Aggregate(
        Epoch.None, (newest, offers) => Max(Max(newest, offers.OfService.GetValueOrDefault(service)?.Epoch ?? Epoch.None), offers.Known.GetValueOrDefault(service)));

    /// <summary>The newest epoch that nodes remember of any service and that the store has forgotten: a unit of it may come under another name.</summary>
    public static Epoch Forgotten(ClusterView view) => view.Offers.Values.SelectMany(node => node.Known)
        .Where(known => known.Value > Max(view.Record.Service(known.Key)?.Epoch ?? Epoch.None, view.Record.Gone.GetValueOrDefault(known.Key)))
        .Aggregate(Epoch.None, (newest, known) => Max(newest, known.Value));

    /// <summary>
    /// An epoch that no node has seen in a store that has forgotten some, also if it knows of later ones than those that are here: whoever wrote last
    /// and comes late must find that another writes in one that was never its own.
    /// </summary>
    public static Epoch After(Epoch newest) => new(newest.Value + 1 + Unseen);

    /// <summary>True if some node holds data of a later epoch than the record knows, or remembers one.</summary>
    public static bool IsOlder(ClusterView view, ServiceRecord service) => Newest(view, service) > service.Epoch;

    /// <summary>The service with whatever is lost accepted. In a store that has forgotten some, that is all that is known now.</summary>
    public static ServiceRecord Accept(ClusterView view, ServiceRecord service) => !IsOlder(view, service) ? service with { LossAccepted = service.Epoch }
        : service.Epoch == Epoch.None ? service with { LossAccepted = Newest(view, service), KeptFor = null, IsKeptFirmly = false }
        : service with { LossAccepted = Newest(view, service) };

    /// <summary>
    /// True if an operator accepted whatever is lost after the last epoch that the store knows. What was accepted before a backup was taken says
    /// nothing of what that has forgotten, and what was accepted here nothing of what only those know who come later.
    /// </summary>
    public static bool IsAccepted(ClusterView view, ServiceRecord service) => service.LossAccepted != Epoch.None
        && (IsOlder(view, service) ? service.LossAccepted >= Newest(view, service) : service.LossAccepted == service.Epoch);

    /// <summary>Why nobody takes a service by itself; null: the store knows all epochs, or an operator accepted whatever is lost.</summary>
    public static string? Objection(ClusterView view, ServiceRecord service) =>
        IsAccepted(view, service) || !IsOlder(view, service) ? null
            : $"{What(view, service)}; was the store restored from a backup? "
                + $"Nobody takes it by itself. See that every node that has its data is here, then 'nodeagent failover {service.Policy.Name} --accept-loss'";

    /// <summary>What the store has forgotten of a service, for people.</summary>
    public static string What(ClusterView view, ServiceRecord service)
    {
        var (name, recorded, newest) = (service.Policy.Name, service.Epoch, Newest(view, service));

        // What lies there says more than what is only reckoned with.
        var data = view.Offers.Values.Select(node => node.OfService.GetValueOrDefault(name)?.Epoch ?? Epoch.None).Aggregate(Epoch.None, Max);
        var holders = view.Offers.Where(node => node.Value.OfService.GetValueOrDefault(name)?.Epoch == data).Select(node => node.Key);
        var rememberers = view.Offers.Where(node => node.Value.Known.GetValueOrDefault(name) == newest).Select(node => node.Key).DefaultIfEmpty("nodes");
        return data > recorded
            ? $"the cluster store is older than the data: it knows epoch {recorded} of {name}, and there is data of epoch {data} on {string.Join(" and ", holders)}"
            : $"the cluster store is older than what {string.Join(" and ", rememberers)} saw of it: "
                + $"it knows epoch {recorded} of {name}, and there may have been epoch {newest}";
    }

    private static Epoch Max(Epoch one, Epoch other) => one > other ? one : other;
}
