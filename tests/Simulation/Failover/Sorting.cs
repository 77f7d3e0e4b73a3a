using System.Collections.Immutable;
using NodeAgent.Core.Views;

namespace NodeAgent.Simulation.Failover;

/// <summary>Offers in the order that the core keeps them in.</summary>
internal static class Sorting
{
    public static ImmutableSortedDictionary<string, Offer> ToSorted(this Dictionary<string, Offer> offers) =>
        offers.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
