using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>Why a node may not join, each with its remedy.</summary>
internal static class JoinFaults
{
    private const string NewToken = "Make a new one on the issuer: `nodeagent cluster token`.";

    public static Fault TokenUnreadable(string why) => Refused(
        FaultCode.InvalidArgument, "tokenUnreadable", "cannot read the join token", why,
        "Copy the whole line that `nodeagent cluster token` printed.", Retry.Never);

    /// <summary>Unknown token and wrong secret look alike on purpose: guessing must teach nothing.</summary>
    public static Fault TokenRefused() => Refused(
        FaultCode.PermissionDenied, "tokenRefused", "cannot join with this token",
        "the cluster knows no such token with this secret", NewToken, Retry.Never);

    public static Fault TokenExpired(DateTimeOffset expired) => Refused(
        FaultCode.PermissionDenied, "tokenExpired", "cannot join with this token",
        $"it expired at {expired:u}", NewToken, Retry.Never);

    public static Fault TokenUsed(string by) => Refused(
        FaultCode.PermissionDenied, "tokenUsed", "cannot join with this token", $"it was used before, by {by}",
        $"{NewToken} If the join of {by} was cut short, `nodeagent cluster remove {by}` first.", Retry.Never);

    public static Fault TooManyTokens(int limit) => Refused(
        FaultCode.PreconditionFailed, "tooManyTokens", "cannot make another join token",
        $"{limit} are open", "Use one of them, or wait until one expires.", Retry.Later);

    public static Fault LifetimeInvalid(TimeSpan longest) => Refused(
        FaultCode.OutOfRange, "lifetimeInvalid", "cannot make a join token that lives so long or short",
        $"between one minute and {longest.TotalHours:0} hours are allowed", "Choose another --expires.", Retry.Never);

    public static Fault ProofWrong() => Refused(
        FaultCode.PermissionDenied, "proofWrong", "cannot join", "the request was changed on its way",
        "Look for a proxy between the nodes; then try again with a new token.", Retry.Never);

    public static Fault ClockSkew(TimeSpan skew) => Refused(
        FaultCode.PreconditionFailed, "clockSkew", "cannot join",
        $"the clocks of the two nodes differ by {Math.Abs(skew.TotalSeconds):0} s; certificates would not be valid",
        "Set the time on both nodes (chronyc tracking, timedatectl), then join again.", Retry.AfterFix);

    public static Fault NameTaken(NodeId node) => Refused(
        FaultCode.AlreadyExists, "nameTaken", $"cannot join as {node}", "a member of this name exists",
        $"Choose another node name, or remove the old one on the issuer: `nodeagent cluster remove {node}`.",
        Retry.AfterFix);

    public static Fault AddressTaken(NodeId node, NodeId owner, string address) => Refused(
        FaultCode.AlreadyExists, "addressTaken", $"cannot join as {node}", $"{address} belongs to member {owner}",
        "Correct the peer addresses in the configuration.", Retry.AfterFix);

    public static Fault TooManyAttempts(TimeSpan wait) => Refused(
        FaultCode.Busy, "tooManyAttempts", "cannot join now", "too many joins failed",
        $"Try again in {Math.Ceiling(wait.TotalSeconds):0} s.", Retry.Later);

    public static Fault RequestInvalid(IEnumerable<string> errors) => Refused(
        FaultCode.InvalidArgument, "requestInvalid", "cannot read the join request", string.Join("; ", errors),
        "Compare `nodeagent version` on both nodes.", Retry.Never);

    public static Fault WrongAuthority(string address) => Refused(
        FaultCode.PermissionDenied, "wrongAuthority", $"will not join through {address}",
        "it does not belong to the cluster that made the token; the secret was not sent",
        "Check the address. If it is right, somebody stands between the nodes.", Retry.AfterFix);

    public static Fault NoAddress() => Refused(
        FaultCode.InvalidArgument, "noAddress", "cannot join", "neither the token nor the command names an address",
        "Give the issuer's address: `nodeagent cluster join ADDRESS:PORT`.", Retry.Never);

    private static Fault Refused(FaultCode code, string reason, string what, string why, string next, Retry retry) =>
        PeerFaults.Make(code, reason, what, why, next, retry);
}
