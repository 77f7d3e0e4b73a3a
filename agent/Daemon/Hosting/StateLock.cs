using NodeAgent.Contract;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Hosting;

/// <summary>Two agents over one state would be two writers that both hold the same records.</summary>
internal static class StateLock
{
    /// <summary>Takes the state for this process, as long as what is returned is not disposed of.</summary>
    public static Outcome<FileLock> TryTake(string state)
    {
        var taken = FileLock.TryTake(Path.Combine(state, "lock"));
        return taken.IsOk ? taken : taken.Fault with
        {
            What = $"cannot use the state in {state}",
            NextStep = "Another agent uses it: 'systemctl status nodeagent'. Never run two over one state.",
        };
    }
}
