using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>What can happen on the way to a peer.</summary>
internal static class LinkFaults
{
    public static Fault PathFailed(NodeId node, PathStatus path, string why) => PeerFaults.Make(
        FaultCode.PeerUnavailable, "pathFailed", $"cannot reach {node} over {path.Network} ({path.Remote})", why,
        "Look at the cabling and addresses of that network: `nodeagent doctor`.", Retry.Later);

    public static Fault Unreachable(NodeId node, IEnumerable<Fault> faults) => PeerFaults.Make(
        FaultCode.PeerUnavailable, "unreachable", $"cannot reach {node} on any path",
        string.Join("; ", faults.Select(fault => $"{fault.What}: {fault.Why}")),
        $"If {node} should be up, look at it and at the networks: `nodeagent doctor`.", Retry.Later);

    public static Fault NoPath(NodeId node) => PeerFaults.Make(
        FaultCode.PeerUnavailable, "noPath", $"cannot reach {node}", "it has no address that this node can use",
        "List the addresses: `nodeagent cluster members`.", Retry.AfterFix);

    public static Fault StreamCut(NodeId node, PathStatus path, string why) => PeerFaults.Make(
        FaultCode.TimedOut, "streamCut", $"the stream to {node} over {path.Network} broke off", why,
        "It is tried again over a path that works.", Retry.AfterLook);

    public static Fault AnswerMissing(NodeId node, PathStatus path, string why) => PeerFaults.Make(
        FaultCode.TimedOut, "answerMissing", $"{node} did not answer over {path.Network}", why,
        "What was asked may have happened: look before asking again.", Retry.AfterLook);
}
