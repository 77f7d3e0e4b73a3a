using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>The cluster's own authority. Its key lives on one node, the issuer; losing it stops joins and renewals only.</summary>
internal sealed class CertificateAuthority(X509Certificate2 certificate) : IDisposable
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(20 * 365);
    public static readonly TimeSpan NodeLifetime = TimeSpan.FromDays(365);

    // Clocks of nodes differ a little: a fresh certificate must be valid for a peer that is behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);

    /// <summary>With its private key.</summary>
    public X509Certificate2 Certificate { get; } = certificate;

    public static CertificateAuthority Create(ClusterId cluster, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=NodeAgent cluster {cluster.Value}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new(request.CreateSelfSigned(now - Backdating, now + Lifetime));
    }

    /// <summary>A certificate for the key of the node, without the key. It never outlives the authority.</summary>
    public X509Certificate2 Issue(PeerUri peer, PublicKey key, DateTimeOffset now)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName($"CN={peer.Node.Value}"), key, HashAlgorithmName.SHA256);
        foreach (var extension in NodeExtensions(peer))
        {
            request.CertificateExtensions.Add(extension);
        }

        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false));
        var start = Later(now - Backdating, new(Certificate.NotBefore));
        var end = Earlier(now + NodeLifetime, new(Certificate.NotAfter));
        return request.Create(Certificate, start, end, RandomNumberGenerator.GetBytes(16));
    }

    public byte[] Sign(ReadOnlySpan<byte> content)
    {
        using var key = Certificate.GetECDsaPrivateKey()!;
        return key.SignData(content, HashAlgorithmName.SHA256);
    }

    public void Dispose() => Certificate.Dispose();

    private static List<X509Extension> NodeExtensions(PeerUri peer)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(peer.Node.Value);
        names.AddUri(new Uri(peer.ToString()));
        return
        [
            new X509BasicConstraintsExtension(false, false, 0, critical: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true),
            new X509EnhancedKeyUsageExtension([new(KeyPurpose.Server), new(KeyPurpose.Client)], critical: false),
            names.Build(),
        ];
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
