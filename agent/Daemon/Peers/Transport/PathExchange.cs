using System.Net.Sockets;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>One request on one path: deadline, health, and exceptions turned into faults.</summary>
internal sealed class PathExchange(PeerPath path, TimeProvider time, CancellationToken caller)
{
    /// <summary>The host name in it is never looked up: the path knows the address, the certificate proves the node.</summary>
    public static Uri Address(string route) => new($"https://peer{PeerServer.Prefix}/{route}");

    public async Task<PathAttempt<T>> RunAsync<T>(TimeSpan within, Func<CancellationToken, Task<Outcome<T>>> exchange)
    {
        using var deadline = new CancellationTokenSource(within, time);
        return await RunAsync(deadline, exchange);
    }

    public async Task<PathAttempt<T>> RunAsync<T>(
        CancellationTokenSource deadline, Func<CancellationToken, Task<Outcome<T>>> exchange)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, caller);
        try
        {
            var outcome = await exchange(both.Token);
            path.Succeeded(roundTrip: null);
            return new(outcome, PathFailed: false);
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return new(path.Failed("no answer in time", handshake: false), PathFailed: true);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or SocketException or IOException or TimeoutException or ObjectDisposedException)
        {
            caller.ThrowIfCancellationRequested();
            return new(path.Failed(Reason(trouble), IsHandshake(trouble)), PathFailed: true);
        }
    }

    /// <summary>The peer's message, or the fault it sent instead.</summary>
    public static async Task<Outcome<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellation)
        where T : class
    {
        using (response)
        {
            var body = await response.Content.ReadAsStreamAsync(cancellation);
            var content = await BoundedBody.ReadAsync(body, PeerJson.MessageLimit, cancellation);
            if (!content.IsOk)
            {
                return content.Fault;
            }

            if (response.IsSuccessStatusCode)
            {
                return PeerMessage.Read<T>(content.Value);
            }

            var refusal = PeerMessage.Read<FaultMessage>(content.Value);
            return refusal.IsOk ? refusal.Value.ToFault() : FaultMessage.Foreign(response.StatusCode);
        }
    }

    private static bool IsHandshake(Exception trouble) =>
        trouble is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError };

    // The innermost message names the cause: "Connection refused", not "an error occurred".
    private static string Reason(Exception trouble) => trouble.GetBaseException().Message;
}
