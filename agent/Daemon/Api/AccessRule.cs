using NodeAgent.Contract;
using NodeAgent.Linux.Peers;

namespace NodeAgent.Daemon.Api;

/// <summary>Who may ask what. The kernel says who it is, so nothing can be pretended.</summary>
/// <param name="Owner">The user the agent runs as; may do everything, as root may.</param>
/// <param name="Readers">The group that may read; null if there is none.</param>
internal sealed record AccessRule(uint Owner, uint? Readers)
{
    /// <summary>Null if it is allowed.</summary>
    /// <param name="who">Null if the kernel did not say.</param>
    /// <param name="method">The HTTP method; only GET reads.</param>
    public Fault? Refusal(PeerCredentials? who, string method)
    {
        if (who is not null && (who.IsRoot || who.UserId == Owner))
        {
            return null;
        }

        var isReader = who is not null && Readers is { } group && who.IsInGroup(group);
        return isReader && HttpMethods.IsGet(method)
            ? null
            : new Fault(
                FaultCode.PermissionDenied,
                $"cannot let user {who?.UserId.ToString() ?? "?"} do this",
                isReader ? "the group nodeagent may only read" : "only root may, and the group nodeagent may read",
                "Use sudo.",
                Retry.Never);
    }
}
