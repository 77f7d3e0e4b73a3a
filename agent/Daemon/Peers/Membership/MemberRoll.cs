using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>The member list in force on this node: on disk before anyone acts on it.</summary>
internal sealed class MemberRoll
{
    private readonly ClusterFolder folder;
    private readonly Lock gate = new();
    private volatile SignedMembers current;

    private MemberRoll(ClusterFolder folder, SignedMembers current)
    {
        this.folder = folder;
        this.current = current;
    }

    /// <summary>Raised after a newer list is in force; handlers must be quick.</summary>
    public event EventHandler? Changed;

    public SignedMembers Signed => current;

    public MemberList List => current.List;

    public static Outcome<MemberRoll> Load(ClusterFolder folder)
    {
        var content = ClusterFolder.Read(folder.MembersPath);
        if (!content.IsOk)
        {
            return content.Fault;
        }

        if (content.Value is null)
        {
            return PeerFaults.StateUnreadable(folder.MembersPath, "the file is missing");
        }

        var members = SignedMembers.Read(content.Value);
        if (!members.IsOk)
        {
            return PeerFaults.StateUnreadable(folder.MembersPath, members.Fault.Why);
        }

        return members.Value.IsSignedBy(members.Value.List.Authorities)
            ? new MemberRoll(folder, members.Value)
            : PeerFaults.StateUnreadable(folder.MembersPath, "its content does not fit its signature");
    }

    /// <summary>Takes over a newer list with a right signature. The same list again is fine.</summary>
    public Outcome Adopt(SignedMembers offered)
    {
        lock (gate)
        {
            var verdict = Judge(offered);
            if (verdict is not null)
            {
                return verdict;
            }

            if (offered.List.Version == List.Version)
            {
                return Outcome.Done;
            }

            var saved = folder.SaveMembers(offered.ToBytes());
            if (!saved.IsOk)
            {
                return saved;
            }

            current = offered;
        }

        Changed?.Invoke(this, EventArgs.Empty);
        return Outcome.Done;
    }

    private Fault? Judge(SignedMembers offered)
    {
        if (offered.List.Cluster != List.Cluster)
        {
            return MemberFaults.OtherCluster(offered.List.Cluster.Value);
        }

        // Trust comes from the list in force, never from the one that is offered.
        if (!offered.IsSignedBy(List.Authorities))
        {
            return MemberFaults.SignatureWrong();
        }

        if (offered.List.Version < List.Version)
        {
            return MemberFaults.NotNewer(offered.List.Version, List.Version);
        }

        return offered.List.Version == List.Version && !offered.IsSameAs(current)
            ? MemberFaults.TwoHistories(List.Version)
            : null;
    }
}
