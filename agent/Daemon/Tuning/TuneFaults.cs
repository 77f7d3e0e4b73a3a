using NodeAgent.Contract;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Words for what stands in the way of tuning.</summary>
internal static class TuneFaults
{
    public static Fault NotLoaded(string profile) => new(
        FaultCode.PreconditionFailed, $"cannot tune with {profile}", "the module zfs is not loaded", "Load it: modprobe zfs.", Retry.AfterFix);

    public static Fault UnknownVersion(string profile, string version) => new(
        FaultCode.PreconditionFailed, $"cannot tune with {profile}", $"nobody has looked at the parameters of ZFS {version}; {ZfsKnown.Words} are known",
        "Leave them as they are, or use a version of nodeagent that knows it.", Retry.AfterFix);

    /// <summary>All that went wrong at once.</summary>
    public static Fault NotWritten(string what, IReadOnlyList<Fault> faults, string next) => new(
        faults[0].Code, what, string.Join("; ", faults.Select(fault => $"{fault.What}: {fault.Why}{(fault.Native is { } native ? $" ({native})" : "")}")), next, Retry.AfterLook);

    public static Fault ReadsBack(string name, long wanted, string found) => new(
        FaultCode.DataPathUnavailable, $"{name} is not {wanted}", $"it reads back as {found}", "Look at 'dmesg'.", Retry.AfterLook);
}
