using System.Net;
using System.Net.Sockets;

namespace NodeAgent.Bench.Agents;

/// <summary>A port that nobody uses on a loopback address now.</summary>
internal static class FreePort
{
    public static IPEndPoint On(string address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
