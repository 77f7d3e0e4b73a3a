namespace NodeAgent.Daemon.Metrics;

/// <summary>A text form a scraper can ask for. Both carry the same series with the same labels.</summary>
internal enum ExpositionFormat
{
    /// <summary>Prometheus text 0.0.4.</summary>
    Text,

    /// <summary>OpenMetrics 1.0.</summary>
    OpenMetrics,
}
