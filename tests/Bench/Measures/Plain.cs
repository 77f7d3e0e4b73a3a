using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Bench.Measures;

/// <summary>Copies over loopback as the framework does them, with nothing of ours between.</summary>
internal static class Plain
{
    /// <summary>A pair of connected streams; both belong to the caller.</summary>
    public static async Task<(NetworkStream Client, NetworkStream Server)> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var accepting = listener.AcceptSocketAsync();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        return (new NetworkStream(client, ownsSocket: true), new NetworkStream(await accepting, ownsSocket: true));
    }

    /// <summary>Sends so many bytes over TCP, in chunks, to a reader that drops them.</summary>
    public static async Task TcpAsync(long bytes, byte[] chunk)
    {
        var (client, server) = await ConnectAsync();
        await using (client)
        await using (server)
        {
            await PumpAsync(client, server, bytes, chunk);
        }
    }

    /// <summary>The same under TLS 1.3 with certificates on both sides.</summary>
    public static async Task TlsAsync(long bytes, byte[] chunk, X509Certificate2 certificate)
    {
        var (client, server) = await ConnectAsync();
        await using var from = new SslStream(client);
        await using var to = new SslStream(server);
        await Task.WhenAll(
            from.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "peer",
                EnabledSslProtocols = TlsVersion.Only,
                ClientCertificates = [certificate],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint,
            }),
            to.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                EnabledSslProtocols = TlsVersion.Only,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint,
            }));
        await PumpAsync(from, to, bytes, chunk);
    }

    /// <summary>A certificate for one run, of the same kind that nodes have.</summary>
    public static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task PumpAsync(Stream from, Stream to, long bytes, byte[] chunk)
    {
        var reading = DrainAsync(to, bytes);
        for (long done = 0; done < bytes; done += chunk.Length)
        {
            await from.WriteAsync(chunk);
        }

        await from.FlushAsync();
        await reading;
    }

    private static async Task DrainAsync(Stream to, long bytes)
    {
        var buffer = new byte[1024 * 1024];
        for (long got = 0; got < bytes;)
        {
            var read = await to.ReadAsync(buffer);
            got += read > 0 ? read : throw new IOException($"the stream ended after {got} bytes");
        }
    }
}
