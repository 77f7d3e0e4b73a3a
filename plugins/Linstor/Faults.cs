using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Faults that several parts give.</summary>
internal static class Faults
{
    public static Fault Mend(string what, string why, string next) => new(FaultCode.PreconditionFailed, what, why, next, Retry.AfterFix);

    public static Fault Data(string what, string why, string next) => new(FaultCode.DataPathUnavailable, what, why, next, Retry.AfterLook);

    public static Fault Odd(string what, string why, string? native = null) => new(
        FaultCode.Unparseable, what, why, "Check that the versions of DRBD are supported; see the plugin's README.", Retry.AfterFix) { Native = Short(native) };

    /// <summary>A resource that the kernel has in a way that nothing may be made of.</summary>
    public static Fault NotOurs(string what, string resource, string odd) => new(
        FaultCode.Unsupported, what, $"resource {resource}: {odd}",
        $"Leave it two copies ('drbdadm status {resource}'; a third node may only be without a disk), or take it out of the option 'resources'.", Retry.AfterFix);

    private static string? Short(string? text) => text is { Length: > 300 } ? text[..300] : text;
}
