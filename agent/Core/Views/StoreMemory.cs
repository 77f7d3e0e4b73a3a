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
    public StoreMemory Saw(ClusterView view)
    {
        var doubt = DoubtOf(view);
        var settled = doubt is null ? [] : SettledIn(view);
        var known = Known.RemoveRange(Known.Where(one => IsGone(view.Record, one.Key, one.Value)).Select(one => one.Key)).ToBuilder();
        foreach (var (name, service) in view.Record.Services.Where(service => service.Value.Epoch > known.GetValueOrDefault(service.Key)))
        {
            known[name] = service.Epoch;
        }

        foreach (var name in known.Keys.ToList())
        {
            if (doubt is not null && !settled.Contains(name))
            {
                known[name] = new Epoch(known[name].Value + 1);
            }
            else if (doubt is null && Doubt is null && view.Store is not null && view.Store == Store && view.Record.Service(name) is null)
            {
                // In a store that has forgotten nothing it was renamed or taken out.
                known.Remove(name);
            }
        }

        var next = new StoreMemory(view.Store ?? Store, view.Revision, known.ToImmutable(), doubt ?? Doubt);
        return next.Beyond(view.Record).IsEmpty ? next with { Doubt = null } : next;
    }

    /// <summary>True if the store is another one than was seen before, or is behind it: it may have forgotten something, of units also where no service is remembered.</summary>
    public bool IsForgetful(ClusterView view) => DoubtOf(view) is not null;

    /// <summary>What this node knows and the store does not.</summary>
    public ImmutableSortedDictionary<string, Epoch> Beyond(ClusterRecord record) =>
        Known.RemoveRange(Known.Where(known => known.Value <= (record.Service(known.Key)?.Epoch ?? Epoch.None)).Select(known => known.Key));

    /// <summary>
    /// Services that went on in another store than this node has seen, by an operator's word, in an epoch beyond all that this node knows or
    /// reckons with: what it has of them is old, whatever that store had forgotten. None if it knows a name that is no service there: it may be
    /// the same under another name.
    /// </summary>
    public ImmutableSortedSet<string> SettledIn(ClusterView view) => !IsAnother(view) || Known.Any(known => view.Record.Service(known.Key) is null && !IsGone(view.Record, known.Key, known.Value))
        ? []
        : [.. view.Record.Services.Where(service => service.Value.Settled is { } settled && settled.Store == view.Store
            && settled.Epoch.Value > Known.GetValueOrDefault(service.Key).Value + 1).Select(service => service.Key)];

    // A name that is made known again begins after what was said to be gone of it.
    private static bool IsGone(ClusterRecord record, string name, Epoch known) => known <= record.Gone.GetValueOrDefault(name);

    private bool IsAnother(ClusterView view) => Store is not null && view.Store is not null && Store != view.Store;

    private string? DoubtOf(ClusterView view) =>
        IsAnother(view) ? $"the cluster store is another one than this node has seen: it is {view.Store}, and was {Store}"
        : view.Revision < Revision ? $"the cluster store is behind what this node has seen of it: it is at revision {view.Revision}, and was at {Revision}"
        : null;
}
