using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Linux.Native;

/// <summary>epoll and poll.</summary>
internal static partial class LibC
{
    public const int PollAdd = 1;
    public const int PollRemove = 2;
    public const int PollModify = 3;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int epoll_ctl(SafeFileHandle poll, int operation, SafeFileHandle descriptor, byte* change);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int epoll_wait(SafeFileHandle poll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int poll(long* descriptors, ulong count, int milliseconds);
}
