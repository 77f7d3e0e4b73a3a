using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>What can be wrong with a member list or a change to it.</summary>
internal static class MemberFaults
{
    public static Fault ListUnreadable(IEnumerable<string> errors) => PeerFaults.Make(
        FaultCode.Unparseable, "memberListUnreadable", "cannot read the member list", string.Join("; ", errors),
        "Compare `nodeagent version` on both nodes; if the file was edited, restore it.", Retry.Never);

    public static Fault SignatureWrong() => PeerFaults.Make(
        FaultCode.PermissionDenied, "memberListForged", "will not adopt the member list",
        "it is not signed by an authority of this cluster",
        "Find out which node sent it; its state may have been tampered with.", Retry.Never);

    public static Fault OtherCluster(string theirs) => PeerFaults.Make(
        FaultCode.PreconditionFailed, "otherCluster", "will not adopt the member list",
        $"it belongs to cluster {theirs}", "Check the peer addresses in the configuration.", Retry.AfterFix);

    public static Fault NotNewer(long theirs, long ours) => PeerFaults.Make(
        FaultCode.StaleEpoch, "memberListOld", "will not adopt the member list",
        $"its version {theirs} is not newer than {ours}", "Nothing to do.", Retry.Never);

    public static Fault TwoHistories(long version) => PeerFaults.Make(
        FaultCode.Diverged, "memberListDiverged", "will not adopt the member list",
        $"another list of the same version {version} is in use here",
        "The issuer's state was restored from a backup or copied: change any membership there once more.",
        Retry.AfterFix);

    public static Fault NoSuchMember(NodeId node) => PeerFaults.Make(
        FaultCode.NotFound, "noSuchMember", $"cannot find member {node}", "the member list does not name it",
        "List the members: `nodeagent cluster members`.", Retry.Never);

    public static Fault IssuerStays(NodeId node) => PeerFaults.Make(
        FaultCode.PreconditionFailed, "issuerStays", $"cannot remove {node}",
        "it holds the cluster's authority", "Remove the other members; the last one needs no cluster.", Retry.Never);

    public static Fault Full() => PeerFaults.Make(
        FaultCode.OutOfRange, "clusterFull", "cannot add a member",
        $"a cluster has at most {MemberList.MemberLimit}", "Remove a member first.", Retry.AfterFix);
}
