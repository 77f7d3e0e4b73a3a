using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>Something on a port that is no good controller: what it sends is sent to whoever asks, then it closes or says no more.</summary>
internal sealed class BrokenListener : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly byte[] sends;
    private readonly bool closes;
    private readonly CancellationTokenSource ended = new();
    private int asked;

    public BrokenListener(string sends, bool closes = true)
    {
        (this.sends, this.closes) = (Encoding.UTF8.GetBytes(sends), closes);
        listener.Start();
        _ = Task.Run(AcceptAsync);
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>How many requests came.</summary>
    public int Asked => Volatile.Read(ref asked);

    public static string Http(int status, string body, string more = "") =>
        $"HTTP/1.1 {status} Odd\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{more}\r\n{body}";

    public void Dispose()
    {
        ended.Cancel();
        listener.Dispose();
        ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!ended.IsCancellationRequested)
            {
                var client = await listener.AcceptTcpClientAsync(ended.Token);
                _ = Task.Run(() => ServeAsync(client, ended.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellation)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[65536], cancellation);
                Interlocked.Increment(ref asked);
                await stream.WriteAsync(sends, cancellation);
                if (!closes)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The test is over, or the other side gave up.
        }
    }
}
