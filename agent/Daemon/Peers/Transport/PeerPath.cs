using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Peers.Identity;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>One way to a peer: its own connections, its own health. A request never leaves the path it was given to.</summary>
internal sealed class PeerPath : IDisposable
{
    // Connections are renewed now and then, so that renewed certificates come into use.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    private readonly PathContext context;
    private readonly HttpClient strict;
    private readonly HttpClient lenient;
    private readonly Lock gate = new();
    private PathStatus status;
    private Fault? refusal;

    public PeerPath(PathContext context, PathStatus status)
    {
        this.context = context;
        this.status = status;
        Limit = new(context.Time);
        strict = Client(certificate => context.Trust.JudgeServer(certificate, context.Node));
        lenient = Client(JudgeRenewed);
    }

    /// <summary>Bytes per second over all streams of this path, both directions.</summary>
    public RateLimit Limit { get; }

    public PathStatus Status
    {
        get
        {
            lock (gate)
            {
                return status;
            }
        }
    }

    public void Succeeded(TimeSpan? roundTrip)
    {
        lock (gate)
        {
            status = status.Succeeded(context.Time.GetUtcNow(), roundTrip);
        }
    }

    /// <summary>No answer came on this path; <paramref name="handshake"/> if the TLS handshake was what failed.</summary>
    public Fault Failed(string why, bool handshake)
    {
        lock (gate)
        {
            var fault = (handshake ? refusal : null) ?? LinkFaults.PathFailed(context.Node, status, why);
            status = status.Failed(fault);
            return fault;
        }
    }

    /// <summary>The peer answered on this path, but will not talk to us, or is not who it should be.</summary>
    public void Refused(Fault fault)
    {
        lock (gate)
        {
            // The failure itself was counted when the request failed; an answer that says no was not.
            status = status.State == PathState.Down
                ? status with { LastFault = fault }
                : status.Failed(fault);
        }
    }

    /// <summary>Sends one request and waits for the head of its answer. Transport trouble comes as an exception.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        strict.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>
    /// The same to a member whose certificate is newer than our list. Fit only for fetching the list, which proves
    /// itself by its signature.
    /// </summary>
    public Task<HttpResponseMessage> SendToRenewedAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        lenient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);

    public void Dispose()
    {
        strict.Dispose();
        lenient.Dispose();
    }

    private Outcome<NodeId> JudgeRenewed(X509Certificate2? certificate)
    {
        var judged = context.Trust.JudgeServer(certificate, context.Node);
        return !judged.IsOk && PeerFaults.ReasonOf(judged.Fault) == PeerVerdicts.UnknownCertificate
            && PeerUri.Read(certificate!)?.Node == context.Node
            ? context.Node
            : judged;
    }

    private HttpClient Client(Func<X509Certificate2?, Outcome<NodeId>> judge)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = context.Deadlines.Connect,
            Expect100ContinueTimeout = context.Deadlines.Connect,
            PooledConnectionLifetime = ConnectionLifetime,
            ConnectCallback = async (_, cancellation) => await PathConnector.ConnectAsync(
                status.Remote, status.Local, context.Deadlines.Connect, context.Time, cancellation),
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = TlsVersion.Only,
                CipherSuitesPolicy = TlsCiphers.Policy,
                AllowTlsResume = false,
                LocalCertificateSelectionCallback = (_, _, _, _, _) => context.Identity.Current.Certificate,
                CertificateChainPolicy = ChainJudgement.Policy(
                    context.Trust.Authorities, KeyPurpose.Server, context.Time.GetUtcNow()),
                RemoteCertificateValidationCallback = (_, certificate, _, _) => Accept(judge(certificate as X509Certificate2)),
            },
        };
        return new(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    // The handshake can only fail with an alert; the reason is kept for whoever asked.
    private bool Accept(Outcome<NodeId> judged)
    {
        lock (gate)
        {
            refusal = judged.Fault;
        }

        return judged.IsOk;
    }
}
