using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Counts and times replication cycles.</summary>
internal sealed class CycleMeter(AgentMetrics metrics, TimeProvider time) : ICycleWatch
{
    public ICycleShown Begin(UnitId unit, NodeId peer)
    {
        metrics.ReplicationCycles.Increment(unit.ToString(), peer.Value);
        return new Shown(this, unit, peer, time.GetTimestamp());
    }

    public void NotBegun(UnitId unit, NodeId peer, Fault fault)
    {
        metrics.ReplicationCycles.Increment(unit.ToString(), peer.Value);
        metrics.ReplicationFailures.Increment(unit.ToString(), peer.Value);
    }

    public void LeftOut(UnitId unit, NodeId peer, long cycles) =>
        metrics.ReplicationSkipped.Add(cycles, unit.ToString(), peer.Value);

    private sealed class Shown(CycleMeter meter, UnitId unit, NodeId peer, long began) : ICycleShown
    {
        public void End(Fault? fault)
        {
            meter.End(unit, peer, began, fault);
        }

        public void Dispose()
        {
            // A cycle without an end was called off: neither good nor bad.
        }
    }

    private void End(UnitId unit, NodeId peer, long began, Fault? fault)
    {
        metrics.ReplicationCycleDuration.Observe(time.GetElapsedTime(began), peer.Value);
        if (fault is not null)
        {
            metrics.ReplicationFailures.Increment(unit.ToString(), peer.Value);
        }
    }
}
