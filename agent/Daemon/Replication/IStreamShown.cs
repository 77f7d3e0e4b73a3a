using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>One stream that is being shown; disposing ends it, whether it arrived or not.</summary>
public interface IStreamShown : IProgress<OperationProgress>, IDisposable
{
    /// <summary>The stream arrived whole.</summary>
    void End(long bytes);
}
