using System.Runtime.InteropServices;

using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NodeAgent.Linux.Native;

/// <summary>The calls of the C library that .NET does not offer. Each sets errno.</summary>
internal static partial class LibC
{
    public const int AtFdCwd = -100;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int Append = 0x400;
    public const int NoFollow = 0x20000;
    public const int DirectoryOnly = 0x10000;
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int GetDescriptorFlags = 1;
    public const int SetDescriptorFlags = 2;
    public const int GetStatusFlags = 3;
    public const int SetStatusFlags = 4;
    public const int SetPipeSize = 1031;
    public const int Kill = 9;

    [LibraryImport("libc")]
    public static partial int malloc_trim(nuint pad);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(SafeFileHandle descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint write(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(SafeFileHandle descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(SafeFileHandle descriptor, int operation);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static unsafe partial int statx(int directory, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int clock_gettime(int clock, long* secondsAndNanoseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int getsockopt(SafeHandle socket, int level, int option, byte* value, uint* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(SafeFileHandle descriptor, uint mode);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int rename(string from, string to);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int unlink(string path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(SafeFileHandle descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial long lseek(SafeFileHandle descriptor, long offset, int whence);

    [LibraryImport("libc")]
    public static partial uint geteuid();
}
