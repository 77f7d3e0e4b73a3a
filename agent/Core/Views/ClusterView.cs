using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>The store at one moment. What is absent here was seen to be absent; an unreachable store gives no view at all.</summary>
/// <param name="Revision">Of the store.</param>
/// <param name="Record">What was decided.</param>
/// <param name="Live">The stay of each node whose lease has not ended.</param>
/// <param name="Present">The nodes that were heard within the last seconds: absence is a suspicion, never a proof.</param>
/// <param name="Offers">What each node says about its copies.</param>
public sealed record ClusterView(
    long Revision,
    ClusterRecord Record,
    ImmutableSortedDictionary<string, long> Live,
    ImmutableSortedSet<string> Present,
    ImmutableSortedDictionary<string, NodeOffers> Offers)
{
    /// <summary>At which revision the last stay of a node was seen to end, for nodes that are not here.</summary>
    public ImmutableSortedDictionary<string, long> Ended { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Which store it is; null: it never said. Another one after it was founded anew, or restored as it should be.</summary>
    public string? Store { get; init; }

    /// <summary>A store in which nothing was ever written.</summary>
    public static ClusterView Empty { get; } = new(
        0,
        ClusterRecord.Empty,
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal),
        ImmutableSortedSet.Create<string>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, NodeOffers>(StringComparer.Ordinal));

    /// <summary>True if that stay of the node lasts.</summary>
    public bool IsLive(NodeId node, long session) => session != 0 && Live.GetValueOrDefault(node.Value) == session;

    /// <summary>True if the node is here, in whatever stay.</summary>
    public bool IsLive(NodeId node) => Live.ContainsKey(node.Value);

    /// <summary>
    /// True if another machine is alive under the node's name than the one of that boot, such as a clone of it: a node that reboots is not
    /// heard for as long as it boots.
    /// </summary>
    public bool IsAnother(NodeId node, string bootId) => Present.Contains(node.Value) && Record.Member(node)?.BootId != bootId;

    /// <summary>What the node says about its copy of the service; null if it holds none.</summary>
    public Offer? OfferOf(NodeId node, string service) => Offers.GetValueOrDefault(node.Value)?.OfService.GetValueOrDefault(service);

    /// <summary>The nodes that are here and have the service, with units, in their configuration.</summary>
    public IEnumerable<string> ConfiguredOn(string service) => Offers.Where(node => Live.ContainsKey(node.Key) && node.Value.OfService.ContainsKey(service)).Select(node => node.Key);

    /// <summary>True if the service is in the hands of a node whose stay lasts.</summary>
    public bool IsHeld(ServiceRecord service) => service.Owner is { } owner && IsLive(owner.Node, owner.Session);

    /// <summary>True if that stay of the node is to be ended from outside, and the node was not heard since.</summary>
    public bool IsToBeCut(NodeId node, long session) =>
        Record.Member(node) is { Fence: { Done: null } fence } && fence.Session == session && !Present.Contains(node.Value);

    /// <summary>True if it is stored that this stay of the node is over, though its lease may last.</summary>
    public bool IsDeclaredDead(NodeId node) => Record.Member(node) is { Fence: { Done: not null } fence } member && fence.Session == member.Session;
}
