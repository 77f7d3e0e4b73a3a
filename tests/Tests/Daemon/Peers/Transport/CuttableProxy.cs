using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>A wire between two nodes that a test can cut, or hold still.</summary>
internal sealed class CuttableProxy : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly IPEndPoint target;
    private readonly List<Socket> open = [];
    private readonly Lock gate = new();
    private readonly Task accepting;
    private volatile bool cut;
    private volatile bool held;

    public CuttableProxy(IPEndPoint target)
    {
        this.target = target;
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndPoint!;

    public long Carried { get; private set; }

    /// <summary>Breaks every connection and refuses new ones.</summary>
    public void Cut()
    {
        cut = true;
        lock (gate)
        {
            open.ForEach(socket => socket.Close(0));
            open.Clear();
        }
    }

    public void Mend() => cut = false;

    /// <summary>Keeps connections open and carries nothing more.</summary>
    public void Hold() => held = true;

    public async ValueTask DisposeAsync()
    {
        Cut();
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var inside = await listener.AcceptAsync();
                if (cut)
                {
                    inside.Close(0);
                    continue;
                }

                var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                lock (gate)
                {
                    open.Add(inside);
                    open.Add(outside);
                }

                await outside.ConnectAsync(target);
                _ = CarryAsync(inside, outside);
                _ = CarryAsync(outside, inside);
            }
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The end of the test.
        }
    }

    private async Task CarryAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                if (held)
                {
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, read));
                Carried += read;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
