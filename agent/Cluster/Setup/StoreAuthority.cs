using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Cluster.Setup;

/// <summary>
/// The store's own authority: whoever has a certificate of it may read and write the store. It is not the cluster's authority, so that
/// a witness gets into the store and nowhere else.
/// </summary>
public sealed class StoreAuthority : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(20 * 365);

    // Clocks of nodes differ a little: a fresh certificate must be valid for a node that is behind.
    private static readonly TimeSpan Backdating = TimeSpan.FromHours(1);
    private readonly X509Certificate2 certificate;

    private StoreAuthority(X509Certificate2 certificate) => this.certificate = certificate;

    /// <summary>Its certificate, for everybody.</summary>
    public string CertificatePem => certificate.ExportCertificatePem() + "\n";

    /// <summary>Its key and certificate, for the node that founded the store alone.</summary>
    public string SecretPem
    {
        get
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            return key.ExportPkcs8PrivateKeyPem() + "\n" + CertificatePem;
        }
    }

    /// <summary>A new one.</summary>
    public static StoreAuthority Create(string cluster, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=NodeAgent store {cluster}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new(request.CreateSelfSigned(now - Backdating, now + Lifetime));
    }

    /// <summary>The one that <see cref="SecretPem"/> was taken of.</summary>
    /// <exception cref="CryptographicException">The text holds none.</exception>
    public static StoreAuthority Load(string secretPem) => new(X509Certificate2.CreateFromPem(secretPem, secretPem));

    /// <summary>A certificate for a seat's address, for both sides of its connections, and the key.</summary>
    public (string CertificatePem, string KeyPem) Issue(EtcdSeat seat, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={seat.Name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(seat.Address));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // etcd's JSON gateway is a client of its own server, with the server's certificate.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(certificate, true, false));
        var last = new DateTimeOffset(certificate.NotAfter);
        var end = now + Lifetime < last ? now + Lifetime : last;
        using var issued = request.Create(certificate, now - Backdating, end, RandomNumberGenerator.GetBytes(16));
        return (issued.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <inheritdoc/>
    public void Dispose() => certificate.Dispose();
}
