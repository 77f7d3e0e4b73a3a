using NodeAgent.Contract;

namespace NodeAgent.Linux.Power;

/// <summary>
/// Resets through the kernel's sysrq file, which needs no disk and no other process; if that is closed, by "reboot -ff".
/// </summary>
public sealed class KernelReset(ICommands commands, string trigger = "/proc/sysrq-trigger") : INodeReset
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public void Reset(string reason)
    {
        try
        {
            File.WriteAllText(trigger, "b");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _ = commands.RunAsync(new Command("reboot", ["-ff"]) { Deadline = Deadline }, CancellationToken.None);
        }
    }
}
