using System.Net.Sockets;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Peers;

/// <summary>Who is at the other end of a Unix socket, as the kernel saw it when the connection was made.</summary>
/// <param name="ProcessId">0 if it is outside this process namespace.</param>
/// <param name="UserId">0 is root.</param>
/// <param name="GroupId">Its main group.</param>
/// <param name="Groups">Its further groups.</param>
public sealed record PeerCredentials(int ProcessId, uint UserId, uint GroupId, IReadOnlyList<uint> Groups)
{
    private const int SocketLevel = 1;
    private const int Credentials = 17;
    private const int PeerGroups = 59;

    /// <summary>True for user 0.</summary>
    public bool IsRoot => UserId == 0;

    /// <summary>True if the group is its main one or one of the further.</summary>
    public bool IsInGroup(uint group) => GroupId == group || Groups.Contains(group);

    /// <summary>Asks the kernel. A socket that is not a connected Unix socket is <see cref="FaultCode.InvalidArgument"/>.</summary>
    public static unsafe Outcome<PeerCredentials> Of(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        var credentials = stackalloc int[3];
        var length = 12u;
        if (LibC.getsockopt(socket.SafeHandle, SocketLevel, Credentials, (byte*)credentials, &length) < 0)
        {
            return Unknown(Errno.Text(Errno.Last));
        }

        // For a socket without a peer the kernel answers with user -1.
        return credentials[1] == -1
            ? Unknown("it is not a connected Unix socket")
            : new PeerCredentials(credentials[0], (uint)credentials[1], (uint)credentials[2], FurtherGroups(socket));
    }

    private static unsafe uint[] FurtherGroups(Socket socket)
    {
        var groups = new uint[64];
        while (true)
        {
            var length = (uint)groups.Length * sizeof(uint);
            fixed (uint* start = groups)
            {
                if (LibC.getsockopt(socket.SafeHandle, SocketLevel, PeerGroups, (byte*)start, &length) == 0)
                {
                    return groups[..(int)(length / sizeof(uint))];
                }
            }

            // Too small: the kernel has told the size. Anything else means no groups, which grants nothing.
            if (Errno.Last != Errno.Range)
            {
                return [];
            }

            groups = new uint[length / sizeof(uint)];
        }
    }

    private static Fault Unknown(string why) => new(
        FaultCode.InvalidArgument, "cannot tell who is at the other end of the socket", why, string.Empty, Retry.Never);
}
