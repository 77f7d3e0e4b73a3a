using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Peers.Membership;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Peers;

/// <summary>Renews this node's certificate, with a fresh key, when a third of its life is left.</summary>
internal sealed class Renewal(
    ClusterFolder folder, NodeIdentity identity, MemberRoll roll, PeerLinks links, MemberIssuer? issuer,
    TimeProvider time)
{
    public bool IsDue
    {
        get
        {
            var certificate = identity.Current.Certificate;
            var end = new DateTimeOffset(certificate.NotAfter);
            return time.GetUtcNow() >= end - ((end - new DateTimeOffset(certificate.NotBefore)) / 3);
        }
    }

    /// <summary>Done also if it was not due. Safe to repeat after any failure.</summary>
    public Task<Outcome> RunIfDueAsync(CancellationToken cancellation) =>
        IsDue ? RunAsync(cancellation) : Task.FromResult(Outcome.Done);

    /// <summary>Renews now.</summary>
    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        using var key = NodeKey.Create();
        var answer = issuer is null ? await AskAsync(key, cancellation) : IssueHere(issuer, key);
        if (!answer.IsOk)
        {
            return answer.Fault;
        }

        var certificate = NodeKey.Combine(answer.Value.Certificate, key);
        if (!certificate.IsOk)
        {
            return certificate.Fault;
        }

        if (PeerUri.Read(certificate.Value) != identity.Current.Self)
        {
            return PeerFaults.AnswerInvalid("the certificate in it is not for this node");
        }

        // The new certificate first: were the list lost in between, peers would still bring it.
        var saved = folder.SaveCertificate(certificate.Value);
        if (!saved.IsOk)
        {
            return saved;
        }

        identity.Swap(identity.Current.With(certificate.Value));
        var members = SignedMembers.Read(answer.Value.Members);
        return members.IsOk ? roll.Adopt(members.Value) : members.Fault;
    }

    private async Task<Outcome<CertificateAnswer>> AskAsync(ECDsa key, CancellationToken cancellation)
    {
        if (links.Find(roll.List.Issuer) is not { } link)
        {
            return LinkFaults.NoPath(roll.List.Issuer);
        }

        return await link.CallAsync<CertificateAnswer>(
            HttpMethod.Post, RenewEndpoint.Route,
            new RenewRequest(NodeKey.SigningRequest(key, identity.Node)), cancellation);
    }

    private Outcome<CertificateAnswer> IssueHere(MemberIssuer here, ECDsa key) =>
        here.Renew(identity.Node, new PublicKey(key))
            .Map(certificate => new CertificateAnswer(certificate.RawData, roll.Signed.ToBytes()));
}
