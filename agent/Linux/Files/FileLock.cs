using System.Globalization;
using System.Text;

using Microsoft.Win32.SafeHandles;

using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Files;

/// <summary>An exclusive lock on a file, gone when this is disposed or the process ends, however it ends.</summary>
public sealed class FileLock : IDisposable
{
    private readonly SafeFileHandle file;

    private FileLock(SafeFileHandle file) => this.file = file;

    /// <summary>Takes the lock at once. <see cref="FaultCode.Busy"/> if somebody holds it, with the process in fact "pid".</summary>
    public static Outcome<FileLock> TryTake(string path)
    {
        const int flags = LibC.ReadWrite | LibC.Create | LibC.NoFollow;
        var opened = Descriptor.Open(path, flags, (uint)AtomicFile.OwnerOnly);
        if (opened is null)
        {
            return Errno.FileFault($"cannot lock {path}", Errno.Last);
        }

        if (LibC.flock(opened, LibC.LockExclusive | LibC.LockNonBlocking) < 0)
        {
            var errno = Errno.Last;
            opened.Dispose();
            return errno == Errno.TryAgain ? Held(path) : Errno.FileFault($"cannot lock {path}", errno);
        }

        // For whoever finds it held; the lock itself needs no content.
        _ = LibC.ftruncate(opened, 0);
        var pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        _ = Disk.WriteAll(opened, Encoding.ASCII.GetBytes(pid + "\n"));
        return new FileLock(opened);
    }

    /// <summary>Lets others have it. The file stays: removing it would let two hold "the same" lock.</summary>
    public void Dispose() => file.Dispose();

    private static Fault Held(string path)
    {
        var pid = File.Exists(path) ? ReadHolder(path) : string.Empty;
        return new Fault(
            FaultCode.Busy,
            $"cannot lock {path}",
            pid.Length > 0 ? $"process {pid} holds it" : "another process holds it",
            "Wait for it or stop it.",
            Retry.Later)
        {
            Facts = new Dictionary<string, string> { ["path"] = path, ["pid"] = pid },
        };
    }

    private static unsafe string ReadHolder(string path)
    {
        using var held = Descriptor.Open(path, LibC.NoFollow);
        var bytes = stackalloc byte[16];
        var count = held is null ? 0 : (int)LibC.read(held, bytes, 16);
        return count <= 0 ? string.Empty : Encoding.ASCII.GetString(bytes, count).Trim();
    }
}
