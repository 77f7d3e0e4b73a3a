using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>Whether this node may write a resource, from what the cluster has agreed.</summary>
internal static class Verdict
{
    public static Fault? Against(Parts parts, string resource, Certificate? certificate, string what) =>
        certificate is null ? new Fault(FaultCode.NotFound, what, "the resource was never adopted", "Adopt it with 'nodeagent volume create'; see the plugin's README.", Retry.AfterFix)
        : certificate.Covers(parts.Self) ? null
        : WouldLose(parts, resource, certificate, what);

    public static LossEstimate Loss(NodeId node, Certificate? certificate) =>
        certificate is null ? LossEstimate.Unknown("there is no certificate")
        : certificate.Covers(node) ? new LossEstimate(LossConfidence.ProvenZero, null, $"certificate of {certificate}")
        : LossEstimate.Unknown($"certificate of {certificate}");

    private static Fault WouldLose(Parts parts, string resource, Certificate certificate, string what) => new(
        FaultCode.WouldLoseWrites, what,
        certificate.InSync.Count == 0 ? $"no copy is certified: either may miss writes that were acknowledged ({certificate})" : $"this node's copy misses writes that were acknowledged ({certificate})",
        certificate.Covers(parts.Peer) ? $"Bring {parts.Peer} back: its copy is whole." : $"Bring both nodes back. If no copy is certified then, a person chooses: 'nodeagent volume resolve {resource} --keep NODE --plan' shows both.", Retry.AfterFix)
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["inSync"] = string.Join(',', certificate.InSync), ["writer"] = certificate.Writer.Value, ["epoch"] = certificate.Epoch.ToString(), ["node"] = parts.Self.Value,
        },
    };
}
