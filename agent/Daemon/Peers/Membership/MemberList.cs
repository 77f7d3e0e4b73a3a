using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>
/// Who belongs to the cluster, and which authorities speak for it: one, or two while the authority is replaced.
/// Changed by the issuer only; every change raises the version by one.
/// </summary>
internal sealed record MemberList(
    ClusterId Cluster,
    long Version,
    NodeId Issuer,
    ImmutableArray<X509Certificate2> Authorities,
    ImmutableArray<Member> Members)
{
    public const int MemberLimit = 64;
    public const int AddressLimit = 16;
    public const int AuthorityLimit = 2;
    public const int CertificateLimit = 2;

    public Member? Find(NodeId node) => Members.FirstOrDefault(member => member.Node == node);

    public Member? FindByAddress(IPEndPoint address) =>
        Members.FirstOrDefault(member => member.Addresses.Any(one => one.EndPoint.Equals(address)));

    public MemberList Add(Member member) => this with { Version = Version + 1, Members = Members.Add(member) };

    public MemberList Without(NodeId node) =>
        this with { Version = Version + 1, Members = Members.RemoveAll(member => member.Node == node) };

    public MemberList Replace(Member member) => this with
    {
        Version = Version + 1,
        Members = [.. Members.Select(old => old.Node == member.Node ? member : old)],
    };
}
