using System.Runtime.InteropServices;

namespace NodeAgent.Guard.Native;

/// <summary>Sockets.</summary>
internal static unsafe partial class LibC
{
    public const int Unix = 1;
    public const int StreamSocket = 1;
    public const int DatagramSocket = 2;
    public const int SequencedSocket = 5;
    public const int SocketLevel = 1;
    public const int PeerCredentials = 17;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int bind(int socket, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int socket, byte* address, uint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int listen(int socket, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(int socket, byte* address, uint* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int socket, void* buffer, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int socket, void* buffer, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int socket, void* message, int flags);
}
