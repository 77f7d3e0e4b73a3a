using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Daemon.Json;
using NodeAgent.Linux.Peers;

namespace NodeAgent.Daemon.Cli;

/// <summary>Talks to the agent on this node over its Unix socket.</summary>
internal sealed class ApiClient : IDisposable
{
    private readonly string socket;
    private readonly HttpClient http;

    public ApiClient(string socket)
    {
        this.socket = socket;
        http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false })
        {
            BaseAddress = new Uri("http://agent/"),
            Timeout = TimeSpan.FromMinutes(10),
        };
    }

    /// <summary>True once an order was sent: it may be carried out whatever happens here.</summary>
    public bool HasOrdered { get; private set; }

    public Task<Outcome<JsonElement>> GetAsync(string path, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, path, null, cancellation);

    public async Task<Outcome<T>> GetAsync<T>(string path, CancellationToken cancellation) =>
        Read<T>(await GetAsync(path, cancellation));

    public Task<Outcome<JsonElement>> PostAsync(string path, object? body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, body, cancellation);

    public async Task<Outcome<T>> PostAsync<T>(string path, object? body, CancellationToken cancellation) =>
        Read<T>(await PostAsync(path, body, cancellation));

    public void Dispose() => http.Dispose();

    private static Outcome<T> Read<T>(Outcome<JsonElement> answer) =>
        answer.IsOk ? WireJson.Read<T>(JsonSerializer.SerializeToUtf8Bytes(answer.Value), "agent's answer") : answer.Fault;

    private async Task<Outcome<JsonElement>> SendAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            HasOrdered |= method != HttpMethod.Get;
            if (body is not null)
            {
                request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), WireJson.Compact));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            }

            using var response = await http.SendAsync(request, cancellation);
            var content = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                var fault = WireJson.Read<Fault>(content, "agent's answer");
                return fault.IsOk ? fault.Value : fault.Fault;
            }

            return content.Length == 0 ? Outcome.Ok(default(JsonElement)) : WireJson.Read<JsonElement>(content, "agent's answer");
        }
        catch (HttpRequestException problem) when (problem.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            return new Fault(FaultCode.PermissionDenied, $"cannot ask the agent at {socket}", "this user may not use its socket",
                "Use sudo, or become a member of the group nodeagent to read.", Retry.Never);
        }
        catch (HttpRequestException problem) when (problem.InnerException is SocketException none)
        {
            return Unreachable(SocketWords.Of(none));
        }
        catch (Exception problem) when (problem is HttpRequestException or SocketException or IOException && !cancellation.IsCancellationRequested)
        {
            return method == HttpMethod.Get ? Unreachable(problem.Message) : Unknown(path, "the agent hung up");
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unknown(path, "the agent did not answer in time");
        }
    }

    private static Fault Unknown(string path, string why) => new(
        FaultCode.TimedOut, $"cannot tell whether {path} was done", why,
        "Look with 'nodeagent status' and 'nodeagent operations' before trying again.", Retry.AfterLook);

    private Fault Unreachable(string why) => new(
        FaultCode.ControlPlaneUnavailable, $"cannot reach the agent at {socket}", why,
        "Is it running? 'systemctl status nodeagent'. Only root and members of the group nodeagent may ask it.", Retry.AfterFix)
    {
        Facts = new Dictionary<string, string> { ["socket"] = socket },
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
            return new NetworkStream(unix, ownsSocket: true);
        }
        catch
        {
            unix.Dispose();
            throw;
        }
    }
}
