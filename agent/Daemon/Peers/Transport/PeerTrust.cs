using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Judges certificates against the member list in force: the system's trust store plays no part. Taking a member off
/// the list revokes its certificates.
/// </summary>
internal sealed class PeerTrust(NodeId self, MemberRoll roll, TimeProvider time)
{
    public ImmutableArray<X509Certificate2> Authorities => roll.List.Authorities;

    /// <summary>Who shows this certificate, if the cluster lets it in.</summary>
    public Outcome<NodeId> Judge(X509Certificate2? certificate, string purpose)
    {
        if (certificate is null)
        {
            return PeerVerdicts.NoCertificate();
        }

        var issued = JudgeIssue(certificate, purpose);
        return issued.IsOk ? JudgeMember(issued.Value, certificate) : issued.Fault;
    }

    /// <summary>Whether an authority of the cluster issued it for this purpose and it is valid now.</summary>
    public Outcome<PeerUri> JudgeIssue(X509Certificate2 certificate, string purpose)
    {
        var list = roll.List;
        var chain = ChainJudgement.Judge(certificate, list.Authorities, purpose, time.GetUtcNow());
        if (!chain.IsOk)
        {
            return chain.Fault;
        }

        if (PeerUri.Read(certificate) is not { } peer)
        {
            return PeerVerdicts.NoIdentity();
        }

        return peer.Cluster == list.Cluster
            ? peer
            : PeerVerdicts.OtherCluster(peer.Cluster.Value, list.Cluster.Value);
    }

    /// <summary>Whether the list in force still names it. Cheap: asked again for every request.</summary>
    public Outcome<NodeId> JudgeMember(PeerUri peer, X509Certificate2 certificate)
    {
        if (peer.Node == self)
        {
            return PeerVerdicts.OwnCertificate(self);
        }

        if (roll.List.Find(peer.Node) is not { } member)
        {
            return PeerVerdicts.NotMember(peer.Node);
        }

        return member.Certificates.Contains(Fingerprint.Of(certificate))
            ? peer.Node
            : PeerVerdicts.CertificateUnknown(peer.Node);
    }

    /// <summary>As <see cref="Judge"/>, and it must be the node that the caller meant.</summary>
    public Outcome<NodeId> JudgeServer(X509Certificate2? certificate, NodeId expected)
    {
        var judged = Judge(certificate, KeyPurpose.Server);
        return judged.IsOk && judged.Value != expected ? PeerVerdicts.AnotherNode(judged.Value, expected) : judged;
    }
}
