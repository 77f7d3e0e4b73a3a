using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Why a certificate, or the node behind it, is not let in.</summary>
internal static class PeerVerdicts
{
    public const string UnknownCertificate = "unknownCertificate";

    public static Fault NoCertificate() => Refused(
        "noCertificate", "the caller showed no certificate",
        "Only `nodeagent cluster join` may call without one.");

    public static Fault OtherAuthority(string status) => Refused(
        "otherAuthority", $"its certificate was not issued by this cluster's authority ({status})",
        "Check that both nodes are in the same cluster: `nodeagent cluster members`.");

    public static Fault Expired(DateTimeOffset end) => Refused(
        "certificateExpired", $"its certificate expired at {end:u}",
        "Set the clocks right; if they are, `nodeagent cluster remove` the node and join it again.");

    public static Fault NotYetValid(DateTimeOffset start) => Refused(
        "certificateNotYetValid", $"its certificate is valid from {start:u} on",
        "Set the clocks right on both nodes (chronyc tracking, timedatectl).");

    public static Fault NoIdentity() => Refused(
        "noIdentity", "its certificate names no node", "Join the node again.");

    public static Fault OtherCluster(string theirs, string ours) => Refused(
        "otherCluster", $"it belongs to cluster {theirs}, this is {ours}",
        "Check the peer addresses in the configuration.");

    public static Fault NotMember(NodeId node) => Refused(
        "notMember", $"{node} is not a member of the cluster (any more)",
        "If it should be, join it again: `nodeagent cluster token`, `nodeagent cluster join`.");

    public static Fault CertificateUnknown(NodeId node) => Refused(
        UnknownCertificate, $"this is not the certificate that the member list has for {node}",
        "After a renewal this passes by itself. Otherwise two machines call themselves the same.");

    public static Fault OwnCertificate(NodeId node) => Refused(
        "ownCertificate", $"it is {node} itself", "An address of another member leads back here: correct it.");

    public static Fault AnotherNode(NodeId found, NodeId expected) => Refused(
        "anotherNode", $"{found} answers where {expected} should",
        "Correct the peer addresses in the configuration.");

    public static Fault OtherProtocol(int theirs, int ours) => Refused(
        "otherProtocol", $"it speaks peer protocol {theirs}, this node {ours}",
        "Upgrade the older of the two nodes.");

    private static Fault Refused(string reason, string why, string next) => PeerFaults.Make(
        FaultCode.PermissionDenied, reason, "will not talk to the peer", why, next, Retry.AfterFix);
}
