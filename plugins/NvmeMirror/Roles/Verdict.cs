using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>Whether this node may take the pool, from what the cluster has agreed.</summary>
internal static class Verdict
{
    /// <summary>A writer whose own half is not certified may go on, but with both halves only: the promotion sees to that.</summary>
    public static Fault? Against(Parts parts, Certificate? certificate, ClaimRule rule, string version, string what) =>
        certificate is null ? Faults.NoCertificate(parts.Options.Pool, what)
        : ZfsVersions.AgainstPlanned(rule) is { } old ? new Fault(FaultCode.Unsupported, what, $"ZFS {version}: {old}", "Install another version of ZFS on both nodes.", Retry.AfterFix)
        : certificate.Writer != parts.Self && !certificate.HoldsAll(parts.Self) ? WouldLose(parts, certificate, what)
        : null;

    public static LossEstimate Loss(Parts parts, Certificate? certificate) =>
        certificate is null ? LossEstimate.Unknown("there is no certificate")
        : certificate.HoldsAll(parts.Self) ? new LossEstimate(LossConfidence.ProvenZero, null, $"certificate of {certificate}")
        : LossEstimate.Unknown($"certificate of {certificate}");

    public static Fault WouldLose(Parts parts, Certificate certificate, string what) => new(
        FaultCode.WouldLoseWrites, what, $"this node's half misses writes that were acknowledged ({certificate})",
        (certificate.Writer == parts.Self
            ? $"Bring {parts.Peer} back: only with its half nothing is missing."
            : certificate.Covers(certificate.Writer) ? $"Bring {certificate.Writer} back: its half is whole."
            : $"Bring {certificate.Writer} back, and {parts.Self} beside it: it goes on with both halves only.")
        + $" If its drives are lost for good: 'nodeagent volume resolve {parts.Options.Pool} --keep {parts.Self} --plan'.", Retry.AfterFix)
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["inSync"] = string.Join(',', certificate.InSync), ["writer"] = certificate.Writer.Value, ["epoch"] = certificate.Epoch.ToString(), ["node"] = parts.Self.Value,
        },
    };
}
