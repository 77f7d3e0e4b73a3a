using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The reserve for the loss of a node, of what nodes last told. Nothing is read for a scrape.</summary>
internal sealed class ReserveSource(Func<IReadOnlyList<ReserveLine>> reserve) : IMetricSource
{
    public string Collector => "reserve";

    public void Collect(AgentMetrics metrics) =>
        metrics.NodeLossUse.Replace(reserve().Select(line => new GaugeSample(line.Used, line.Resource)));
}
