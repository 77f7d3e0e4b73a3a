using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Cluster.Etcd;

/// <summary>The connections to etcd: no proxy, no redirects, our certificate, and only our authorities.</summary>
internal static class EtcdTransport
{
    /// <summary>How many times longer than anybody waits for it an answer or a connection may still be under way.</summary>
    public const int LateFactor = 5;

    public static HttpMessageInvoker Make(EtcdOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            // Longer than one answer may take: on a node that is short of processor time a handshake that is broken off is
            // begun anew, and costs more and more. What is connected too late for one question serves the next.
            ConnectTimeout = options.TryTimeout * LateFactor,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            // A renewed certificate is in use after this long.
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        handler.SslOptions.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        if (options.Certificate is { } certificate)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate();
        }

        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, errors) => IsOurs(options, presented, errors);
        return new HttpMessageInvoker(handler);
    }

    // The system's authorities count for nothing here; the name still must fit.
    private static bool IsOurs(EtcdOptions options, X509Certificate? presented, SslPolicyErrors errors)
    {
        if (presented is not X509Certificate2 certificate || options.Authorities is null
            || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(options.Authorities());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
