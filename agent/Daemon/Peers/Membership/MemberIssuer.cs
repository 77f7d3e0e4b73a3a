using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Membership;

/// <summary>Changes the member list; exists only where the authority's key is.</summary>
internal sealed class MemberIssuer(CertificateAuthority authority, MemberRoll roll, TimeProvider time)
{
    private readonly Lock gate = new();

    public MemberList List => roll.List;

    public string AuthorityFingerprint => Fingerprint.Of(authority.Certificate);

    public Fault? WhyNotAdmit(NodeId node, ImmutableArray<MemberAddress> addresses)
    {
        var list = roll.List;
        if (list.Find(node) is not null)
        {
            return JoinFaults.NameTaken(node);
        }

        foreach (var address in addresses)
        {
            if (list.FindByAddress(address.EndPoint) is { } owner)
            {
                return JoinFaults.AddressTaken(node, owner.Node, address.EndPoint.ToString());
            }
        }

        return list.Members.Length < MemberList.MemberLimit ? null : MemberFaults.Full();
    }

    /// <summary>Adds a member with a fresh certificate for its key. On disk before it returns.</summary>
    public Outcome<X509Certificate2> Admit(NodeId node, ImmutableArray<MemberAddress> addresses, PublicKey key)
    {
        lock (gate)
        {
            if (WhyNotAdmit(node, addresses) is { } fault)
            {
                return fault;
            }

            var certificate = Issue(node, key);
            var changed = Publish(roll.List.Add(new(node, addresses, [Fingerprint.Of(certificate)])));
            return changed.IsOk ? certificate : changed.Fault;
        }
    }

    /// <summary>A fresh certificate for a member; the one it has stays good until the next renewal.</summary>
    public Outcome<X509Certificate2> Renew(NodeId node, PublicKey key)
    {
        lock (gate)
        {
            if (roll.List.Find(node) is not { } member)
            {
                return MemberFaults.NoSuchMember(node);
            }

            var certificate = Issue(node, key);
            var changed = Publish(roll.List.Replace(member with
            {
                Certificates = [Fingerprint.Of(certificate), member.Certificates[0]],
            }));
            return changed.IsOk ? certificate : changed.Fault;
        }
    }

    /// <summary>The member's certificates are worth nothing from the moment a peer has the new list.</summary>
    public Outcome Remove(NodeId node)
    {
        lock (gate)
        {
            if (roll.List.Find(node) is null)
            {
                return MemberFaults.NoSuchMember(node);
            }

            return node == roll.List.Issuer ? MemberFaults.IssuerStays(node) : Publish(roll.List.Without(node));
        }
    }

    /// <summary>Changes where a member is reached, as its configuration says.</summary>
    public Outcome Readdress(NodeId node, ImmutableArray<MemberAddress> addresses)
    {
        lock (gate)
        {
            if (roll.List.Find(node) is not { } member)
            {
                return MemberFaults.NoSuchMember(node);
            }

            foreach (var address in addresses)
            {
                if (roll.List.FindByAddress(address.EndPoint) is { } owner && owner.Node != node)
                {
                    return JoinFaults.AddressTaken(node, owner.Node, address.EndPoint.ToString());
                }
            }

            return member.Addresses.SequenceEqual(addresses)
                ? Outcome.Done
                : Publish(roll.List.Replace(member with { Addresses = addresses }));
        }
    }

    private Outcome Publish(MemberList list) => roll.Adopt(SignedMembers.Sign(list, authority));

    private X509Certificate2 Issue(NodeId node, PublicKey key) =>
        authority.Issue(new(roll.List.Cluster, node), key, time.GetUtcNow());
}
