using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>A lock that the kernel lets go of when its process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly SafeFileHandle held;

    private FolderLock(SafeFileHandle held) => this.held = held;

    /// <summary>Takes the lock, or returns null if another instance has it. Never waits.</summary>
    public static FolderLock? TryTake(string path)
    {
        var file = Libc.OpenToLock(path);
        if (Libc.Lock(file, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
        {
            return new FolderLock(file);
        }

        var taken = Marshal.GetLastPInvokeError() == Libc.ErrorAgain;
        var failure = Libc.Failure(path);
        file.Dispose();
        return taken ? null : throw failure;
    }

    public void Dispose() => held.Dispose();
}
