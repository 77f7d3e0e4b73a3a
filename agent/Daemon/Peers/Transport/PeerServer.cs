using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Listens for peers: TLS 1.3, HTTP/1.1, every request through <see cref="PeerGate"/>.</summary>
internal sealed class PeerServer : IAsyncDisposable
{
    public const string Prefix = "/peers/v1";
    private const int ConnectionLimit = 512;

    private readonly WebApplication web;

    private PeerServer(WebApplication web) => this.web = web;

    public static async Task<Outcome<PeerServer>> StartAsync(
        PeerServerOptions options, CancellationToken cancellation)
    {
        var app = Build(options);
        try
        {
            await app.StartAsync(cancellation);
            return new PeerServer(app);
        }
        catch (Exception refused) when (refused is IOException or SocketException)
        {
            await app.DisposeAsync();
            return PeerFaults.Make(
                FaultCode.PreconditionFailed, "cannotListen", "cannot listen for peers", refused.Message,
                "Find who uses the address (`ss -ltnp`), or change it in the configuration.", Retry.AfterFix);
        }
    }

    public Task StopAsync(CancellationToken cancellation) => web.StopAsync(cancellation);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private static WebApplication Build(PeerServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Services.AddSingleton(options.Logs);
        builder.Services.AddRoutingCore();
        // The daemon's own host decides when to stop; this one must not listen to signals.
        builder.Services.AddSingleton<IHostLifetime, SilentLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(3));
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = SocketTuning.Bound);
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BulkMemoryPools>();
        builder.Services.AddSingleton(options.Received);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Listen(kestrel, options));

        var app = builder.Build();
        var gate = new PeerGate(options.Trust, options.Time, options.Logs.CreateLogger<PeerGate>());
        app.UseRouting();
        app.Use(gate.PassAsync);
        var routes = app.MapGroup(Prefix);
        foreach (var endpoints in options.Endpoints)
        {
            endpoints.Map(routes);
        }

        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, PeerServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = ConnectionLimit;
        kestrel.Limits.MaxRequestBodySize = PeerJson.MessageLimit;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        foreach (var address in options.Listen)
        {
            kestrel.Listen(address, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    HandshakeTimeout = TimeSpan.FromSeconds(10),
                    OnConnection = _ => ValueTask.FromResult(Handshake(options)),
                });
                listen.Use(next => connection => GatheredInput.RunAsync(connection, next));
            });
        }
    }

    private static SslServerAuthenticationOptions Handshake(PeerServerOptions options) => new()
    {
        EnabledSslProtocols = TlsVersion.Only,
        CipherSuitesPolicy = TlsCiphers.Policy,
        ServerCertificateContext = options.Identity.Certificate,
        // Asks for a certificate; the gate judges it, or its absence, with a reason.
        ClientCertificateRequired = true,
#pragma warning disable CA5359 // Judged by PeerGate on every request: a refusal there can say why, a broken handshake cannot.
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
#pragma warning restore CA5359
        CertificateChainPolicy = ChainJudgement.Policy(
            options.Trust.Authorities, KeyPurpose.Client, options.Time.GetUtcNow()),
        // A resumed session would skip the look at the certificate.
        AllowTlsResume = false,
        AllowRenegotiation = false,
    };
}
