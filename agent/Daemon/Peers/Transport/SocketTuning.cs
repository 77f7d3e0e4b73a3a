using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Socket options that make a dead path show within about ten seconds, in both directions: unacknowledged bytes by
/// TCP_USER_TIMEOUT, silence by keepalive. Set on a listening socket, accepted ones inherit them.
/// </summary>
internal static class SocketTuning
{
    private const int LevelIp = 0;
    private const int LevelIpv6 = 41;
    private const int LevelTcp = 6;
    private const int FreeBindOption = 15;
    private const int FreeBindOptionIpv6 = 78;
    private const int UserTimeoutOption = 18;
    private const int UserTimeoutMilliseconds = 10_000;

    public static void FailFast(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 4);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        socket.SetRawSocketOption(LevelTcp, UserTimeoutOption, BitConverter.GetBytes(UserTimeoutMilliseconds));
    }

    /// <summary>A socket that listens there, also before the network of the address is up.</summary>
    public static Socket Bound(EndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        AllowAbsentAddress(socket);
        FailFast(socket);
        socket.Bind(endpoint);
        return socket;
    }

    /// <summary>Lets the agent start and listen before the network of the address is up.</summary>
    public static void AllowAbsentAddress(Socket socket)
    {
        var (level, option) = socket.AddressFamily == AddressFamily.InterNetworkV6
            ? (LevelIpv6, FreeBindOptionIpv6)
            : (LevelIp, FreeBindOption);
        socket.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
    }
}
