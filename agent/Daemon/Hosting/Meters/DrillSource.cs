using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>The last drill of each service that was run from this node.</summary>
internal sealed class DrillSource(DrillBook book) : IMetricSource
{
    public string Collector => "drills";

    public void Collect(AgentMetrics metrics)
    {
        var last = book.Last;
        metrics.DrillTimestamp.Replace(last.Select(drill => new GaugeSample(UnixTime.Of(drill.EndedAt), drill.Service)));
        metrics.DrillPassed.Replace(last.Select(drill => new GaugeSample(drill.HasPassed ? 1 : 0, drill.Service)));
        metrics.DrillAway.Replace(last.SelectMany(drill => drill.Legs.Zip(
            Known.DrillWays, (leg, way) => new GaugeSample(leg.AwaySeconds, drill.Service, way))));
    }
}
