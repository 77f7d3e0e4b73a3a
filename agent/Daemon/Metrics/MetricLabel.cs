using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>A label of a family. <paramref name="Values"/> lists every value it can take, or is empty when open.</summary>
internal sealed record MetricLabel(string Name, ImmutableArray<string> Values)
{
    /// <summary>Whether the catalogue knows all values.</summary>
    public bool IsClosed => !Values.IsEmpty;

    /// <summary>A label whose values are only known at run time.</summary>
    public static implicit operator MetricLabel(string name) => new(name, []);
}
