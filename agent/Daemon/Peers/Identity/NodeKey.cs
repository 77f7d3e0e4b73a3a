using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Identity;

/// <summary>A node makes its own key; only the signing request leaves the node.</summary>
internal static class NodeKey
{
    private const int RequestLimit = 4096;
    private const string EllipticCurveKey = "1.2.840.10045.2.1";

    public static ECDsa Create() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static byte[] SigningRequest(ECDsa key, NodeId node) =>
        new CertificateRequest(new X500DistinguishedName($"CN={node.Value}"), key, HashAlgorithmName.SHA256)
            .CreateSigningRequest();

    /// <summary>The key in a signing request whose signature is right. Names and extensions in it are ignored on purpose.</summary>
    public static Outcome<PublicKey> ReadSigningRequest(byte[] request)
    {
        if (request.Length is 0 or > RequestLimit)
        {
            return PeerFaults.SigningRequestInvalid($"it has {request.Length} bytes, 1 to {RequestLimit} are allowed");
        }

        try
        {
            var loaded = CertificateRequest.LoadSigningRequest(request, HashAlgorithmName.SHA256);
            if (loaded.PublicKey.Oid.Value != EllipticCurveKey)
            {
                return PeerFaults.SigningRequestInvalid("its key is not an elliptic curve key");
            }

            using var key = loaded.PublicKey.GetECDsaPublicKey();
            return key is { KeySize: 256 }
                ? Outcome.Ok(loaded.PublicKey)
                : PeerFaults.SigningRequestInvalid("its key is not on the curve P-256");
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException or NotSupportedException)
        {
            return PeerFaults.SigningRequestInvalid("it is not a signed PKCS#10 request");
        }
    }

    /// <summary>Joins a certificate to its private key; refused when they do not belong together.</summary>
    public static Outcome<X509Certificate2> Combine(byte[] certificate, ECDsa key)
    {
        try
        {
            using var bare = X509CertificateLoader.LoadCertificate(certificate);
            return Outcome.Ok(bare.CopyWithPrivateKey(key));
        }
        catch (Exception mismatch) when (mismatch is CryptographicException or ArgumentException)
        {
            return PeerFaults.AnswerInvalid("the certificate in the answer does not fit this node's key");
        }
    }

    /// <summary>Key and certificate in one text, so that one rename replaces both.</summary>
    public static string ToPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n";
    }
}
