using System.Runtime.InteropServices;

using NodeAgent.Contract;

namespace NodeAgent.Linux.Native;

/// <summary>The error numbers that code here tells apart.</summary>
internal static class Errno
{
    public const int NoPermission = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int ArgumentsTooLong = 7;
    public const int NotExecutable = 8;
    public const int NoChild = 10;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int TooManyFiles = 23;
    public const int TooManyOpen = 24;
    public const int ReadOnly = 30;
    public const int BrokenPipe = 32;
    public const int Range = 34;
    public const int QuotaReached = 122;

    /// <summary>What the last call of this thread set.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>Words for an error number.</summary>
    public static string Text(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>A fault for something that could not be done to a file.</summary>
    public static Fault FileFault(string what, int errno) => errno switch
    {
        NoSpace or QuotaReached => new(
            FaultCode.OutOfSpace, what, Text(errno), "Free space on that file system.", Retry.AfterFix),
        NoEntry => new(FaultCode.NotFound, what, Text(errno), "Check that the folder exists.", Retry.AfterFix),
        NoPermission or AccessDenied or ReadOnly => new(
            FaultCode.PermissionDenied, what, Text(errno), "Check owner, mode and mount options.", Retry.AfterFix),
        TooManyFiles or TooManyOpen or OutOfMemory => new(
            FaultCode.Busy, what, Text(errno), "Raise the limit of the service or stop what uses it up.", Retry.Later),
        _ => new(FaultCode.DataPathUnavailable, what, Text(errno), "Look at the kernel log of this node.", Retry.Later),
    };
}
