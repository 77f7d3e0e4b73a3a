using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>Told what replication does, for progress and metrics.</summary>
public interface IReplicationWatch
{
    /// <summary>A stream begins.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="peer">Where the copy is.</param>
    /// <param name="step">The stream.</param>
    /// <param name="expectedBytes">About how many bytes; null if unknown.</param>
    IStreamShown Begin(UnitId unit, NodeId peer, StreamStep step, long? expectedBytes);
}
