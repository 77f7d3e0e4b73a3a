using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Daemon.Peers;

/// <summary><c>cluster init</c>: a cluster of one, with this node as its issuer.</summary>
internal static class ClusterFounding
{
    public static Outcome<MemberList> Run(
        ClusterFolder folder, NodeId node, ImmutableArray<MemberAddress> addresses, TimeProvider time)
    {
        if (folder.Exists)
        {
            return PeerFaults.AlreadyInCluster(folder.Path);
        }

        if (!NodeName.IsValid(node.Value))
        {
            return Names.Invalid("node", node.Value);
        }

        if (addresses.IsDefaultOrEmpty || addresses.Length > MemberList.AddressLimit)
        {
            return PeerFaults.Make(
                FaultCode.InvalidArgument, "noAddress", "cannot found a cluster",
                $"the configuration names {addresses.Length} peer addresses, 1 to {MemberList.AddressLimit} are allowed",
                "Correct the peer addresses in the configuration.", Retry.AfterFix);
        }

        var cluster = ClusterId.Draw();
        var now = time.GetUtcNow();
        var authority = CertificateAuthority.Create(cluster, now);
        using var key = NodeKey.Create();
        var certificate = authority.Issue(new(cluster, node), new PublicKey(key), now).CopyWithPrivateKey(key);
        var list = new MemberList(
            cluster, 1, node, [X509CertificateLoader.LoadCertificate(authority.Certificate.RawData)],
            [new(node, addresses, [Fingerprint.Of(certificate)])]);
        var founded = folder.Found(certificate, authority, SignedMembers.Sign(list, authority).ToBytes());
        return founded.IsOk ? list : founded.Fault;
    }
}
