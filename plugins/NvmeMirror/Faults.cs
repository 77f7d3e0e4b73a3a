using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Faults that several parts give.</summary>
internal static class Faults
{
    public static Fault Mend(string what, string why, string next) => new(FaultCode.PreconditionFailed, what, why, next, Retry.AfterFix);

    public static Fault Data(string what, string why, string next) => new(FaultCode.DataPathUnavailable, what, why, next, Retry.AfterLook);

    public static Fault Odd(string what, string why, string? native = null) => new(
        FaultCode.Unparseable, what, why, "Check that the ZFS version is supported; see the plugin's README.", Retry.AfterFix) { Native = native };
}
