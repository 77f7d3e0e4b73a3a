namespace NodeAgent.Daemon.Replication;

/// <summary>One stream that is being shown; disposing ends it, whether it arrived or not.</summary>
public interface IStreamShown : IDisposable
{
    /// <summary>So many bytes more went out. A plugin's own progress is no measure: it may count what it skips.</summary>
    void Sent(long bytes);
}
