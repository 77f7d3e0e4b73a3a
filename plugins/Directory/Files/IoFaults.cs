using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>What the file system's errors mean to an operator.</summary>
internal static class IoFaults
{
    /// <summary>True for what a file system may do on a bad day; all else is a bug.</summary>
    public static bool IsExpected(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The fault for an error of the file system.</summary>
    public static Fault From(Exception exception, string what, string folder) => exception switch
    {
        UnauthorizedAccessException => new Fault(
            FaultCode.PermissionDenied, what, "the file system refuses access",
            $"Check owner and mode of {folder}.", Retry.AfterFix) { Native = exception.Message },
        FileNotFoundException or DirectoryNotFoundException => new Fault(
            FaultCode.DataPathUnavailable, what, "a file went away meanwhile",
            $"Check that {folder} is mounted and that nothing else deletes in it.", Retry.Later) { Native = exception.Message },
        { HResult: Libc.ErrorNoSpace or Libc.ErrorQuota } => new Fault(
            FaultCode.OutOfSpace, what, $"no space left in {folder}",
            "Delete snapshots, or grow the file system.", Retry.AfterFix) { Native = exception.Message },
        { HResult: Libc.ErrorTooBig } => new Fault(
            FaultCode.OutOfRange, what, $"the file system of {folder} cannot hold so large a file",
            "Choose a smaller size.", Retry.Never) { Native = exception.Message },
        { HResult: Libc.ErrorReadOnly } => new Fault(
            FaultCode.DataPathUnavailable, what, $"{folder} is read-only",
            "See the kernel's log: a file system that found errors makes itself read-only.", Retry.AfterFix)
            { Native = exception.Message },
        _ => new Fault(
            FaultCode.DataPathUnavailable, what, $"reading or writing in {folder} failed",
            "See the kernel's log for errors of the device.", Retry.AfterLook) { Native = exception.Message },
    };
}
