using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>What keeps a copy from going back.</summary>
internal static class PartingFaults
{
    public static Fault Refused(string what, string why) =>
        new(FaultCode.PreconditionFailed, what, why, "Look at it again: nodeagent status.", Retry.AfterLook);

    public static Fault Foreign(string what, UnitId kept) => new(
        FaultCode.AlreadyExists,
        what,
        $"unit {kept} exists and is not what is to be kept now",
        "Look at it; when it is not needed any more, delete it with 'nodeagent volume delete', or rename its dataset.",
        Retry.AfterFix);
}
