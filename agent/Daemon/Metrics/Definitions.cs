using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Short ways to write down a metric.</summary>
internal static class Definitions
{
    public static MetricLabel Closed(string name, ImmutableArray<string> values) => new(name, values);

    public static MetricDefinition Counter(
        string section, string name, string help, string unit, int maxSeries, params ImmutableArray<MetricLabel> labels) =>
        new(section, name, MetricKind.Counter, help, unit, maxSeries, labels);

    public static MetricDefinition Gauge(
        string section, string name, string help, string unit, int maxSeries, params ImmutableArray<MetricLabel> labels) =>
        new(section, name, MetricKind.Gauge, help, unit, maxSeries, labels);

    public static MetricDefinition Info(
        string section, string name, string help, string unit, int maxSeries, params ImmutableArray<MetricLabel> labels) =>
        new(section, name, MetricKind.Info, help, unit, maxSeries, labels);

    public static MetricDefinition Histogram(
        string section,
        string name,
        string help,
        string unit,
        int maxSeries,
        ImmutableArray<double> buckets,
        params ImmutableArray<MetricLabel> labels) =>
        new(section, name, MetricKind.Histogram, help, unit, maxSeries, labels) { Buckets = buckets };
}
