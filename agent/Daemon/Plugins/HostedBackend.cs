using NodeAgent.Daemon.Plugins.Guarding;

namespace NodeAgent.Daemon.Plugins;

/// <summary>A configured backend in the host.</summary>
internal sealed record HostedBackend(BackendSettings Settings, GuardedBackend Guarded)
{
    public CallSupervisor Calls => Guarded.Calls;

    public BackendCondition Condition => Guarded.Calls.Condition;

    /// <summary>Notes that the plugin threw or hung while its object was disposed.</summary>
    public void Misbehaved(string problem, Task? leftover)
    {
        if (leftover is null)
        {
            Condition.Crashed("dispose", problem);
        }
        else
        {
            Condition.Hung("dispose", leftover);
        }
    }
}
