using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>What the programs of ZFS say, in the contract's taxonomy. Seen on 2.3.9, the claim's words in the sources of others.</summary>
internal static class ToolWords
{
    private const int Longest = 600;

    private static readonly (string Fragment, FaultCode Code, string Why, string Next, Retry Retry)[] Known =
    [
        ("multihost claim could not be written", FaultCode.FenceRequired, "the other half did not take the claim, and the pool still expects it", "Prove the other node gone; then the agent reclaims the pool.", Retry.AfterFix),
        ("pool is imported on", FaultCode.FenceRequired, "another node has it imported", "Let that node close it, or fence it.", Retry.AfterFix),
        ("is currently imported by another system", FaultCode.FenceRequired, "another node has it imported", "Let that node close it, or fence it.", Retry.AfterFix),
        ("holds data no other", FaultCode.Diverged, "an absent device holds data that no other has", "Bring the other node's drives back.", Retry.AfterFix),
        ("I/O is currently suspended", FaultCode.DataPathUnavailable, "the pool has suspended all I/O", "Treat this node's pool as lost: reset the node.", Retry.AfterFix),
        ("no such pool", FaultCode.DataPathUnavailable, "the pool is not there", "Look at 'zpool import'.", Retry.AfterLook),
        ("modules", FaultCode.DataPathUnavailable, "the ZFS kernel module is not loaded", "Load it: 'modprobe zfs'.", Retry.AfterFix),
        ("is busy", FaultCode.InUse, "something uses it", "Stop what uses it, then try again.", Retry.AfterFix),
        ("dataset does not exist", FaultCode.NotFound, "it is not there", "", Retry.AfterLook),
        ("out of space", FaultCode.OutOfSpace, "the pool is full", "Delete something, or add mirrors.", Retry.AfterFix),
    ];

    public static Fault Fault(string what, CommandResult result)
    {
        var said = result.ErrorOutput.Trim();
        var native = said.Length <= Longest ? said : string.Concat(said.AsSpan(0, Longest), "…");
        var known = Array.Find(Known, entry => said.Contains(entry.Fragment, StringComparison.OrdinalIgnoreCase));
        return known.Fragment is null
            ? new Fault(FaultCode.Internal, what, $"the program ended with exit code {result.ExitCode}", "Report this message; it is not known to the agent.", Retry.AfterLook) { Native = native }
            : new Fault(known.Code, what, known.Why, known.Next, known.Retry) { Native = native };
    }
}
