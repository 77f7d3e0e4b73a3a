namespace NodeAgent.Daemon.Metrics;

/// <summary>What a family of series means to a scraper.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; the name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Cumulative buckets, a sum and a count.</summary>
    Histogram,

    /// <summary>Constant 1 whose labels are the message; the name ends in <c>_info</c>.</summary>
    Info,
}
