using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>
/// What a node has seen of the cluster store, kept on the node itself. Storage that keeps its copies itself, or has none, says nothing of
/// epochs that a restored store has forgotten, and a node whose data is old may be the first to be back: the nodes must remember by themselves.
/// </summary>
/// <param name="Store">Which store it is; null: it never said.</param>
/// <param name="Revision">The newest revision that was seen. In one store it never goes back.</param>
/// <param name="Known">The newest epoch of each service that was seen, or has to be reckoned with.</param>
/// <param name="Doubt">What is wrong with the store, for people; null: nothing is.</param>
public sealed record StoreMemory(string? Store, long Revision, ImmutableSortedDictionary<string, Epoch> Known, string? Doubt)
{
    /// <summary>Nothing was seen yet.</summary>
    public static StoreMemory Empty { get; } = new(null, 0, ImmutableSortedDictionary.Create<string, Epoch>(StringComparer.Ordinal), null);

    /// <summary>
    /// With what is seen now. In a store that is another one, or is behind what was seen before, any service may have had an epoch more than anybody
    /// here knows: it is reckoned with, so that nobody takes one by itself until an operator accepts that.
    /// </summary>
    /// <param name="view">The store, read so that it cannot be behind what any node was told before.</param>
    /// <param name="store">Which one it is; null: unknown.</param>
    public StoreMemory Saw(ClusterView view, string? store)
    {
        var doubt = DoubtOf(view.Revision, store);
        var known = Known.ToBuilder();
        foreach (var (name, service) in view.Record.Services.Where(service => service.Value.Epoch > Known.GetValueOrDefault(service.Key)))
        {
            known[name] = service.Epoch;
        }

        foreach (var name in known.Keys.ToList())
        {
            if (doubt is not null)
            {
                known[name] = new Epoch(known[name].Value + 1);
            }
            else if (Doubt is null && store is not null && store == Store && view.Record.Service(name) is null)
            {
                // In a store that has forgotten nothing it was renamed or taken out.
                known.Remove(name);
            }
        }

        var next = new StoreMemory(store ?? Store, view.Revision, known.ToImmutable(), doubt ?? Doubt);
        return next.Beyond(view.Record).IsEmpty ? next with { Doubt = null } : next;
    }

    /// <summary>What this node knows and the store does not.</summary>
    public ImmutableSortedDictionary<string, Epoch> Beyond(ClusterRecord record) =>
        Known.RemoveRange(Known.Where(known => known.Value <= (record.Service(known.Key)?.Epoch ?? Epoch.None)).Select(known => known.Key));

    private string? DoubtOf(long revision, string? store) =>
        Store is not null && store is not null && Store != store ? $"the cluster store is another one than this node has seen: it is {store}, and was {Store}"
        : revision < Revision ? $"the cluster store is behind what this node has seen of it: it is at revision {revision}, and was at {Revision}"
        : null;
}
