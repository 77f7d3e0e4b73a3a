using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;

namespace NodeAgent.Tests.Daemon.Peers;

/// <summary>Ready-made clusters, nodes and certificates.</summary>
internal sealed class Authorities
{
    public static readonly NodeId N1 = new("n1");
    public static readonly NodeId N2 = new("n2");
    public static readonly NodeId N3 = new("n3");

    public Authorities(TimeProvider time)
    {
        Cluster = ClusterId.Draw();
        Authority = CertificateAuthority.Create(Cluster, time.GetUtcNow());
    }

    public ClusterId Cluster { get; }

    public CertificateAuthority Authority { get; }

    public X509Certificate2 Root => Bare(Authority);

    public static X509Certificate2 Bare(CertificateAuthority authority) =>
        X509CertificateLoader.LoadCertificate(authority.Certificate.RawData);

    public X509Certificate2 Issue(NodeId node, DateTimeOffset now, ClusterId? cluster = null)
    {
        using var key = NodeKey.Create();
        return Authority.Issue(new(cluster ?? Cluster, node), new PublicKey(key), now).CopyWithPrivateKey(key);
    }

    public MemberList List(params (NodeId Node, X509Certificate2 Certificate)[] members) => new(
        Cluster, 1, members[0].Node, [Root],
        [.. members.Select((member, index) => new Member(
            member.Node, Addresses(index + 1), [Fingerprint.Of(member.Certificate)]))]);

    public static ImmutableArray<MemberAddress> Addresses(int index) =>
        [new("fast", new(IPAddress.Parse($"127.0.0.{index}"), 7000)), new("mgmt", new(IPAddress.Parse($"127.0.1.{index}"), 7000))];

    /// <summary>A cluster folder of n1 with the given list.</summary>
    public ClusterFolder Found(string state, X509Certificate2 node, MemberList list)
    {
        var folder = new ClusterFolder(state);
        Is.Ok(folder.Found(node, Authority, SignedMembers.Sign(list, Authority).ToBytes()));
        return folder;
    }
}
