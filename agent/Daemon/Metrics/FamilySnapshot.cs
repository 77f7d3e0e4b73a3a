namespace NodeAgent.Daemon.Metrics;

/// <summary>A family at one moment, its series in a stable order.</summary>
internal sealed record FamilySnapshot(MetricDefinition Definition, SeriesSnapshot[] Series);
