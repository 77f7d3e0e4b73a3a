using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>One cycle that is being shown; disposed without an end, it was called off.</summary>
public interface ICycleShown : IDisposable
{
    /// <summary>The cycle ended; the fault is null if it succeeded.</summary>
    void End(Fault? fault);
}
