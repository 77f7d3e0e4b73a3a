using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

/// <summary>Asks a TCP port whether anybody listens, and hangs up.</summary>
internal static class Door
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1.5);

    public static Knock With(TimeProvider time) => (from, to, cancellation) => KnockAsync(from, to, time, cancellation);

    private static async Task<bool> KnockAsync(IPEndPoint from, IPEndPoint to, TimeProvider time, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(from);
            await socket.ConnectAsync(to, either.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
