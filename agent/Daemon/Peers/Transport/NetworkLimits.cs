using System.Collections.Immutable;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Bytes per second that may go to one peer, network by network.</summary>
/// <param name="Own">What was chosen for a network.</param>
/// <param name="Otherwise">What counts for every other; null: no limit.</param>
internal sealed record NetworkLimits(ImmutableDictionary<string, long> Own, long? Otherwise)
{
    /// <summary>No limit anywhere.</summary>
    public static NetworkLimits None { get; } = new(ImmutableDictionary<string, long>.Empty, null);

    /// <summary>The limits as configured, the preferred network first: its limit counts for networks that have none, for a fallback is hardly wider.</summary>
    public static NetworkLimits Of(IEnumerable<(string Network, long? Limit)> configured)
    {
        var all = configured.ToList();
        return new(
            all.Where(one => one.Limit is not null).ToImmutableDictionary(one => one.Network, one => one.Limit!.Value, StringComparer.Ordinal),
            all.FirstOrDefault().Limit);
    }

    /// <summary>The limit of a network; null: none.</summary>
    public long? For(string network) => Own.TryGetValue(network, out var limit) ? limit : Otherwise;
}
