using System.Net.Sockets;

namespace NodeAgent.Linux.Peers;

/// <summary>What a socket of this machine did not do, for people: the platform speaks of addresses where a file is missing.</summary>
public static class SocketWords
{
    /// <summary>Why nobody could be reached at a socket's path.</summary>
    public static string Of(SocketException failure) => failure.SocketErrorCode switch
    {
        SocketError.AddressNotAvailable => "there is no such socket",
        SocketError.ConnectionRefused => "nobody listens there",
        SocketError.AccessDenied => "this user may not use it",
        _ => failure.Message,
    };
}
