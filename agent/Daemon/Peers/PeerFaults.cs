using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers;

/// <summary>How every fault of this folder is made: with a <c>reason</c> fact that programs can test for.</summary>
internal static class PeerFaults
{
    public const string ReasonFact = "reason";

    public static Fault Make(FaultCode code, string reason, string what, string why, string next, Retry retry) =>
        new(code, what, why, next, retry) { Facts = new Dictionary<string, string> { [ReasonFact] = reason } };

    public static string ReasonOf(Fault fault) => fault.Facts.GetValueOrDefault(ReasonFact, "");

    public static Fault SigningRequestInvalid(string why) => Make(
        FaultCode.InvalidArgument, "signingRequestInvalid", "cannot sign the certificate request", why,
        "Both nodes must run a version that knows this join protocol: compare `nodeagent version`.", Retry.Never);

    public static Fault AnswerInvalid(string why) => Make(
        FaultCode.Unparseable, "answerInvalid", "cannot use the peer's answer", why,
        "Compare `nodeagent version` on both nodes.", Retry.Never);

    public static Fault StateUnreadable(string path, string why) => Make(
        FaultCode.DataPathUnavailable, "stateUnreadable", $"cannot read {path}", why,
        "Restore the file from a backup, or `nodeagent cluster remove` this node and join it again.", Retry.AfterFix);

    public static Fault StateUnwritable(string path, string why) => Make(
        FaultCode.DataPathUnavailable, "stateUnwritable", $"cannot write {path}", why,
        "Check free space and that the file system is writable.", Retry.AfterFix);

    public static Fault StateReadableByOthers(string path) => Make(
        FaultCode.PermissionDenied, "stateReadableByOthers", $"{path} is not private",
        "users other than root can read or change this secret",
        $"Find out who read it; then: chmod 0600 {path}", Retry.AfterFix);

    public static Fault NotInCluster() => Make(
        FaultCode.PreconditionFailed, "notInCluster", "this node has no peers", "it is not in a cluster",
        "Run `nodeagent cluster init`, or `nodeagent cluster join` with a token from a node that is in one.",
        Retry.AfterFix);

    public static Fault AlreadyInCluster(string folder) => Make(
        FaultCode.AlreadyExists, "alreadyInCluster", "cannot found or join a cluster",
        $"this node already is in one ({folder} exists)",
        "Leave first: `nodeagent cluster remove` this node on the issuer, then move that folder away.",
        Retry.AfterFix);

    public static Fault NotIssuer(NodeId node, NodeId issuer) => Make(
        FaultCode.PreconditionFailed, "notIssuer", "cannot change the membership here",
        $"the cluster's authority is on {issuer}, this is {node}", $"Run the command on {issuer}.", Retry.AfterFix);
}
