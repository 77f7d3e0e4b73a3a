using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>An authority of a test, and certificates of it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 certificate;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    /// <summary>Makes one.</summary>
    /// <param name="above">The authority that vouches for this one; null: it stands for itself.</param>
    public TestAuthority(TestAuthority? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(above is null ? "CN=authority of a test" : "CN=authority between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        if (above is null)
        {
            certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
            return;
        }

        using var signed = request.Create(above.certificate, now.AddMinutes(-50), now.AddMinutes(50), [9, 9]);
        certificate = signed.CopyWithPrivateKey(key);
    }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate => certificate;

    public string Pem => certificate.ExportCertificatePem();

    /// <summary>A server's certificate for an address or a name.</summary>
    public X509Certificate2 Sign(string host, string use = "1.3.6.1.5.5.7.3.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=controller", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(host);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var signed = request.Create(certificate, now.AddMinutes(-30), now.AddMinutes(30), [1, 2, 3, 4]);
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose() => certificate.Dispose();
}
