using NodeAgent.Contract;

namespace NodeAgent.Linux.Clocks;

/// <summary>Which boot of this node this is.</summary>
public static class BootIdentity
{
    /// <summary>The kernel's random identity of this boot.</summary>
    public static Outcome<Guid> Read(string path = "/proc/sys/kernel/random/boot_id")
    {
        const string what = "cannot tell which boot this is";
        try
        {
            return Guid.TryParse(File.ReadAllText(path).Trim(), out var id)
                ? id
                : new Fault(FaultCode.Unparseable, what, $"{path} holds no identity", "Check that /proc is the kernel's.", Retry.Never);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Fault(FaultCode.NotFound, what, failure.Message, "Mount /proc.", Retry.AfterFix);
        }
    }
}
