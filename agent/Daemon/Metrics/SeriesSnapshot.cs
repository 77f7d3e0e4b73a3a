using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>One series at one moment. For a histogram <paramref name="Value"/> is the sum and <paramref name="Counts"/>
/// holds one count per bucket (not cumulative), +Inf last.</summary>
internal readonly record struct SeriesSnapshot(string[] Labels, double Value, ImmutableArray<long> Counts);
