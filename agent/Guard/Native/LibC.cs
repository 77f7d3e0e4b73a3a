using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace NodeAgent.Guard.Native;

/// <summary>The calls of the C library that the guard lives on. Only bare values cross, so none allocates.</summary>
internal static unsafe partial class LibC
{
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int ReadWrite = 2;
    public const int WriteOnly = 1;
    public const int SetDescriptorFlags = 2;
    public const int DontWait = 0x40;
    public const int Truncated = 0x20;
    public const int NoSignal = 0x4000;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int open(byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int chmod(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int chown(byte* path, uint user, uint group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(int folder, byte* path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(int descriptor, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial void* mmap(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mlockall(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sched_setscheduler(int process, int policy, int* priority);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int clock_gettime(int clock, long* secondsAndNanoseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_create(int clock, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int timerfd_settime(int descriptor, int flags, long* next, long* previous);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ppoll(PollEntry* entries, nuint count, void* timeout, void* mask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sigprocmask(int how, ulong* set, ulong* previous);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int signalfd(int descriptor, ulong* mask, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int execv(byte* path, byte** arguments);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setenv(byte* name, byte* value, int overwrite);

    [LibraryImport("libc")]
    public static partial int getpid();
}
