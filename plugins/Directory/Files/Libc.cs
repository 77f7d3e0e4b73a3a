using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>What the framework does not offer of the C library.</summary>
internal static partial class Libc
{
    public const int ErrorNoEntry = 2;
    public const int ErrorAgain = 11;
    public const int ErrorNoDevice = 6;
    public const int ErrorNoSpace = 28;
    public const int ErrorQuota = 122;
    public const int ErrorTooBig = 27;
    public const int ErrorReadOnly = 30;

    public const int SeekData = 3;
    public const int SeekHole = 4;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    public const int SetSignal = 10;
    public const int SetLease = 1024;
    public const int ReadLease = 0;
    public const int NoLease = 2;
    public const int SignalUrgent = 23;

    public const int KeepSize = 1;
    public const int PunchHole = 2;

    /// <summary>FICLONE: share all blocks of another file.</summary>
    public const nuint CloneFile = 0x40049409;

    private const int ReadOnly = 0;
    private const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000;
    private const int OwnerOnly = 0x180;
    private const int ErrorAccess = 13;

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeFileHandle target, nuint request, SafeFileHandle source);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeFileHandle file, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    /// <summary>An exception that carries the error number, as the framework's own do.</summary>
    public static IOException Failure(string what)
    {
        var number = Marshal.GetLastPInvokeError();
        return new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(number)}", number);
    }

    /// <summary>Makes a file's bytes and size durable.</summary>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (Sync(file) != 0)
        {
            throw Failure(path);
        }
    }

    /// <summary>Makes the names in a directory durable.</summary>
    public static void SyncDirectory(string path)
    {
        using var handle = Opened(path, ReadOnly);
        Sync(handle, path);
    }

    /// <summary>
    /// Opens a file for reading. The framework would put a shared lock on it, and fail where a service has locked its file.
    /// </summary>
    public static SafeFileHandle OpenToRead(string path) => Opened(path, ReadOnly);

    /// <summary>Opens a file that is there for writing, likewise without a lock.</summary>
    public static SafeFileHandle OpenToWrite(string path) => Opened(path, ReadWrite);

    /// <summary>Opens a lock file, making it if need be.</summary>
    public static SafeFileHandle OpenToLock(string path) => Opened(path, ReadWrite | Create);

    private static SafeFileHandle Opened(string path, int flags)
    {
        var number = Open(path, flags | CloseOnExec, OwnerOnly);
        if (number >= 0)
        {
            return new SafeFileHandle(number, ownsHandle: true);
        }

        var failure = Failure(path);
        throw failure.HResult switch
        {
            ErrorNoEntry => new FileNotFoundException(failure.Message, path),
            ErrorAccess => new UnauthorizedAccessException(failure.Message),
            _ => failure,
        };
    }
}
