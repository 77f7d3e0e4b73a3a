using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>A collector that does what a test says.</summary>
internal sealed class FakeSource(string collector, Action<AgentMetrics> collect) : IMetricSource
{
    public int Calls { get; private set; }

    public string Collector => collector;

    public void Collect(AgentMetrics metrics)
    {
        Calls++;
        collect(metrics);
    }
}
