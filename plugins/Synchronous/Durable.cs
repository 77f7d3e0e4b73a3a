using System.Runtime.InteropServices;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>Makes, replaces and removes files for good: a loss of power right after it changes nothing. Faults are IOExceptions.</summary>
internal static partial class Durable
{
    private const int ReadOnlyFolderClosedOnExec = 0x80000;

    public static void Make(string file)
    {
        using (var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.FlushToDisk(handle);
        }

        FlushFolderOf(file);
    }

    /// <summary>Puts a file that is on disk in the place of another.</summary>
    public static void Replace(string next, string file)
    {
        File.Move(next, file, overwrite: true);
        FlushFolderOf(file);
    }

    public static void Remove(string file)
    {
        File.Delete(file);
        FlushFolderOf(file);
    }

    // A name is in its folder, and flushing the file does not flush that. .NET opens no folders.
    private static void FlushFolderOf(string file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var descriptor = Open(folder, ReadOnlyFolderClosedOnExec);
        var isFlushed = descriptor >= 0 && Flush(descriptor) == 0;
        var error = Marshal.GetLastPInvokeError();
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }

        if (!isFlushed)
        {
            throw new IOException($"cannot flush {folder}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
