using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Checks a certificate against given authorities only, at a given time, without any network access.</summary>
internal static class ChainJudgement
{
    public static Outcome Judge(
        X509Certificate2 certificate, ImmutableArray<X509Certificate2> authorities, string purpose, DateTimeOffset now)
    {
        var start = new DateTimeOffset(certificate.NotBefore);
        var end = new DateTimeOffset(certificate.NotAfter);
        using var chain = new X509Chain();
        chain.ChainPolicy = Policy(authorities, purpose, now);
        if (chain.Build(certificate))
        {
            return Outcome.Done;
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if ((status & ~X509ChainStatusFlags.NotTimeValid) != X509ChainStatusFlags.NoError)
        {
            return PeerVerdicts.OtherAuthority(status.ToString());
        }

        return now < start ? PeerVerdicts.NotYetValid(start) : PeerVerdicts.Expired(end);
    }

    public static X509ChainPolicy Policy(
        ImmutableArray<X509Certificate2> authorities, string purpose, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(authorities.ToArray());
        policy.ApplicationPolicy.Add(new Oid(purpose));
        return policy;
    }
}
