using System.Net.Http.Headers;
using System.Text;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Wire;

/// <summary>The only place from which anything goes to a controller: no proxy, no redirects, only our authorities, the token from its file.</summary>
internal sealed class ControllerTransport(ControllerOptions options) : IDisposable
{
    // A controller that is off must cost little: the next one may be there. A handshake on a busy node takes seconds.
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(6);
    private readonly HttpMessageInvoker http = Make(options);

    /// <summary>A request, complete; a fault if the token cannot be had.</summary>
    public Outcome<HttpRequestMessage> Prepare(Uri controller, Ask ask, string what)
    {
        var token = options.TokenFile is { } file ? TokenFile.Read(file, what) : Outcome.Ok("");
        if (!token.IsOk)
        {
            return token.Fault;
        }

        var request = new HttpRequestMessage(ask.Method, new Uri(controller, ask.Path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token.Value.Length > 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        }

        if (ask.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        return request;
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) => http.SendAsync(request, cancellation);

    public void Dispose() => http.Dispose();

    private static HttpMessageInvoker Make(ControllerOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectLimit,
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxResponseHeadersLength = 32,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, chain, errors) => PinnedAuthority.Signed(options.AuthorityFile, presented, chain?.ChainPolicy.ExtraStore, errors);
        return new HttpMessageInvoker(handler);
    }
}
