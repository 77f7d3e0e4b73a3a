using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>Whether a controller's certificate comes from the pinned authorities. The system's count for nothing; the name must fit.</summary>
internal static class PinnedAuthority
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";

    // Read at each handshake: a renewed file needs no restart, and handshakes are rare. What the controller sent along only leads to an authority.
    public static bool Signed(string? file, X509Certificate? presented, X509Certificate2Collection? sentAlong, SslPolicyErrors errors)
    {
        if (file is null || presented is not X509Certificate2 certificate || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerUse));
            chain.ChainPolicy.ExtraStore.AddRange(sentAlong ?? []);
            return chain.Build(certificate);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var authority in authorities)
            {
                authority.Dispose();
            }
        }
    }
}
