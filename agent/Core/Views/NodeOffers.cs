using System.Collections.Immutable;

namespace NodeAgent.Core.Views;

/// <summary>All copies that a node holds.</summary>
/// <param name="Seen">The newest state of the store that the node had seen when it looked at its copies.</param>
/// <param name="OfService">Per service.</param>
public sealed record NodeOffers(long Seen, ImmutableSortedDictionary<string, Offer> OfService)
{
    /// <summary>A node without copies that has seen nothing.</summary>
    public static NodeOffers None { get; } = new(-1, ImmutableSortedDictionary.Create<string, Offer>(StringComparer.Ordinal));
}
