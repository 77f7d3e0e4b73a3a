using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>Told of replication cycles, for metrics. Must return at once and not throw.</summary>
public interface ICycleWatch
{
    /// <summary>A unit's cycle to one copy begins.</summary>
    ICycleShown Begin(UnitId unit, NodeId peer);

    /// <summary>A unit's cycle to one copy was due and could not even begin.</summary>
    void NotBegun(UnitId unit, NodeId peer, Fault fault);

    /// <summary>So many cycles fell due while the one before still ran.</summary>
    void LeftOut(UnitId unit, NodeId peer, long cycles);
}
