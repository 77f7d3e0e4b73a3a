using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Core.Views;

/// <summary>All copies that a node holds.</summary>
/// <param name="Seen">The newest state of the store that the node had seen when it looked at its copies.</param>
/// <param name="OfService">Per service.</param>
public sealed record NodeOffers(long Seen, ImmutableSortedDictionary<string, Offer> OfService)
{
    /// <summary>Epochs that the node remembers and that the store does not know: it was restored from a backup, or founded anew.</summary>
    public ImmutableSortedDictionary<string, Epoch> Known { get; init; } = ImmutableSortedDictionary.Create<string, Epoch>(StringComparer.Ordinal);

    /// <summary>A node without copies that has seen nothing.</summary>
    public static NodeOffers None { get; } = new(-1, ImmutableSortedDictionary.Create<string, Offer>(StringComparer.Ordinal));
}
