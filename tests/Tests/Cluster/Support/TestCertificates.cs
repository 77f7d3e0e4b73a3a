using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Cluster.Support;

/// <summary>An authority and a certificate of it that fits 127.0.0.1 to .3, also as files for etcd.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly TempFolder folder = new();

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        Authority = request.CreateSelfSigned(From, To);
        Node = Issue();
        File.WriteAllText(folder["ca.pem"], Authority.ExportCertificatePem());
        File.WriteAllText(folder["node.pem"], Node.ExportCertificatePem());
        File.WriteAllText(folder["node.key"], Node.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Node { get; }

    public IReadOnlyList<string> EtcdArguments =>
    [
        "--cert-file", folder["node.pem"], "--key-file", folder["node.key"], "--trusted-ca-file", folder["ca.pem"], "--client-cert-auth",
        "--peer-cert-file", folder["node.pem"], "--peer-key-file", folder["node.key"], "--peer-trusted-ca-file", folder["ca.pem"], "--peer-client-cert-auth",
    ];

    private static DateTimeOffset From => DateTimeOffset.UtcNow.AddHours(-1);

    private static DateTimeOffset To => DateTimeOffset.UtcNow.AddDays(2);

    public void Dispose()
    {
        Authority.Dispose();
        Node.Dispose();
        folder.Dispose();
    }

    private X509Certificate2 Issue()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var last in new[] { 1, 2, 3 })
        {
            names.AddIpAddress(IPAddress.Parse($"127.0.0.{last}"));
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var certificate = request.Create(Authority, From, To.AddHours(-1), [1, 2, 3, 4]);
        // OpenSSL wants the key with the certificate from memory it owns.
        return X509CertificateLoader.LoadPkcs12(certificate.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
