using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Daemon.Hosting;

/// <summary>What a metrics server serves.</summary>
/// <param name="Metrics">The families.</param>
/// <param name="Sources">Asked at each scrape.</param>
internal sealed record MetricsServing(AgentMetrics Metrics, IReadOnlyList<IMetricSource> Sources);
