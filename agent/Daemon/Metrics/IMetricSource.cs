namespace NodeAgent.Daemon.Metrics;

/// <summary>Copies cached values into families at a scrape. It must not wait: no command, no network, no lock held over I/O.</summary>
internal interface IMetricSource
{
    /// <summary>Value of the <c>collector</c> label.</summary>
    string Collector { get; }

    /// <summary>Called by one scrape at a time. What it throws makes <c>collector_success</c> 0 and hurts nobody else.</summary>
    void Collect(AgentMetrics metrics);
}
