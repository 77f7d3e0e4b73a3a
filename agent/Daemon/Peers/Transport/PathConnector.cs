using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Opens the TCP connection of a path: to its address, from its network's own address.</summary>
internal static class PathConnector
{
    public static async Task<Stream> ConnectAsync(
        IPEndPoint remote, IPAddress? local, TimeSpan deadline, TimeProvider time, CancellationToken cancellation)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            SocketTuning.FailFast(socket);
            if (local is not null)
            {
                socket.Bind(new IPEndPoint(local, 0));
            }

            using var limit = new CancellationTokenSource(deadline, time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            await ConnectWithinAsync(socket, remote, deadline, both.Token, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task ConnectWithinAsync(
        Socket socket, IPEndPoint remote, TimeSpan deadline, CancellationToken both, CancellationToken caller)
    {
        try
        {
            await socket.ConnectAsync(remote, both);
        }
        catch (OperationCanceledException late) when (!caller.IsCancellationRequested)
        {
            throw new TimeoutException($"no connection within {deadline.TotalSeconds:0.#} s", late);
        }
    }
}
