using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Copies what the agent knows into metrics at a scrape.</summary>
internal sealed class AgentSource(Agent agent, TimeProvider time) : IMetricSource
{
    public string Collector => "agent";

    public void Collect(AgentMetrics metrics)
    {
        var report = agent.Report();
        metrics.BuildInfo.Set(report.Version, "", Environment.Version.ToString(), "1.0");
        _ = time;
    }
}
