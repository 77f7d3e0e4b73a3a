using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>Faults that several parts give.</summary>
internal static class Faults
{
    public static Fault Mend(string what, string why, string next) => new(FaultCode.PreconditionFailed, what, why, next, Retry.AfterFix);

    /// <summary>The store has nothing about the pool. What its drives say is not asked: none of it would make a certificate.</summary>
    public static Fault NoCertificate(string pool, string what) => new(
        FaultCode.NotFound, what, $"the cluster store has no certificate of pool {pool}: it was never built, or the store has lost it",
        $"If it was never built, create its first volume. If it was, its data is still on the drives: clear no label; 'nodeagent volume resolve {pool} --keep NODE --plan' shows both halves.", Retry.AfterFix);

    public static Fault Data(string what, string why, string next) => new(FaultCode.DataPathUnavailable, what, why, next, Retry.AfterLook);

    /// <summary>Two backends, or an older site, at one TCP port.</summary>
    public static Fault SharedPort(string what, string why) => Mend(
        what, $"{why}: each drive needs a port of its own", "Give each backend a range of ports of its own, the same on both nodes (option 'port', one port for each pair); clear what an older site left in /sys/kernel/config/nvmet.");

    public static Fault Odd(string what, string why, string? native = null) => new(
        FaultCode.Unparseable, what, why, "Check that the ZFS version is supported; see the plugin's README.", Retry.AfterFix) { Native = native };
}
