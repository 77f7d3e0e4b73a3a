using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// The files of TLS, looked at for each connection so that they may be renewed. What cannot be read any more leaves
/// what was read last in use.
/// </summary>
internal sealed class StoreCertificates
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly StoreConfig config;
    private readonly Lock gate = new();
    private (DateTime Certificate, DateTime Key) written;
    private X509Certificate2 lastOwn;
    private volatile X509Certificate2Collection lastAuthorities;

    private StoreCertificates(StoreConfig config, X509Certificate2 own, X509Certificate2Collection authorities) =>
        (this.config, lastOwn, lastAuthorities) = (config, own, authorities);

    /// <summary>Reads them for the first time.</summary>
    public static Outcome<StoreCertificates> Load(StoreConfig config)
    {
        var own = Own(config);
        var authorities = Authorities(config);
        return own.IsOk && authorities.IsOk ? new StoreCertificates(config, own.Value, authorities.Value) : own.Fault ?? authorities.Fault!;
    }

    public X509Certificate2 Own()
    {
        lock (gate)
        {
            // Packing a key is thousands of hashes, and a lease may depend on the connection: only for files that were replaced.
            var now = (File.GetLastWriteTimeUtc(config.Certificate!), File.GetLastWriteTimeUtc(config.Key!));
            if (now != written && Own(config) is { IsOk: true } read)
            {
                (lastOwn, written) = (read.Value, now);
            }

            return lastOwn;
        }
    }

    public X509Certificate2Collection Authorities() => lastAuthorities = Authorities(config) is { IsOk: true } read ? read.Value : lastAuthorities;

    private static Outcome<X509Certificate2> Own(StoreConfig config) => Guarded<X509Certificate2>(config.Key!, () =>
    {
        if ((File.GetUnixFileMode(config.Key!) & Others) != UnixFileMode.None)
        {
            return new Fault(FaultCode.PermissionDenied, $"cannot use the key {config.Key}", "others may read or write it", $"chmod 600 {config.Key}; if others could log in here, make a new one.", Retry.AfterFix);
        }

        using var read = X509Certificate2.CreateFromPemFile(config.Certificate!, config.Key);
        // OpenSSL wants the key with the certificate from memory it owns.
        return X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null);
    });

    private static Outcome<X509Certificate2Collection> Authorities(StoreConfig config) => Guarded<X509Certificate2Collection>(config.Authority!, () =>
    {
        var read = new X509Certificate2Collection();
        read.ImportFromPemFile(config.Authority!);
        return read.Count > 0 ? read : Unreadable(config.Authority!, "it holds no certificate");
    });

    private static Outcome<T> Guarded<T>(string path, Func<Outcome<T>> read)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // The message of the exception never quotes the key.
            return Unreadable(path, broken.Message);
        }
    }

    private static Fault Unreadable(string path, string why) => new(
        FaultCode.PreconditionFailed, $"cannot reach the cluster store with {path}", why, "Put the file back: 'nodeagent cluster init --store' made it.", Retry.AfterFix);
}
