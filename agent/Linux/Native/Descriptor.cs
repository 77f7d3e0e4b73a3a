using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Linux.Native;

/// <summary>File descriptors as handles that close themselves.</summary>
internal static class Descriptor
{
    /// <summary>Takes ownership of a descriptor; null if the call that should have made it failed.</summary>
    public static SafeFileHandle? Own(long descriptor) =>
        descriptor < 0 ? null : new SafeFileHandle((nint)descriptor, ownsHandle: true);

    /// <summary>Opens a file or folder, close-on-exec; null if that failed.</summary>
    public static SafeFileHandle? Open(string path, int flags, uint mode = 0) =>
        Own(LibC.open(path, flags | LibC.CloseOnExec, mode));

    /// <summary>A pipe whose ends no child inherits; null if there is none to be had.</summary>
    public static unsafe (SafeFileHandle Read, SafeFileHandle Write)? Pipe()
    {
        var ends = stackalloc int[2];
        return LibC.pipe2(ends, LibC.CloseOnExec) < 0
            ? null
            : (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Makes reads and writes of this end return instead of wait. The other end is not touched.</summary>
    public static void MakeNonBlocking(SafeFileHandle handle) =>
        _ = LibC.fcntl(handle, LibC.SetStatusFlags, LibC.fcntl(handle, LibC.GetStatusFlags, 0) | LibC.NonBlocking);
}
