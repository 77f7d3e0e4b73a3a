using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Linux.Native;

/// <summary>Writing that is known to have reached the disk. Answers are errno, 0 for success.</summary>
internal static class Disk
{
    public static unsafe int WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (var done = 0; done < bytes.Length;)
            {
                var count = (int)LibC.write(file, start + done, (nuint)(bytes.Length - done));
                if (count >= 0)
                {
                    done += count;
                }
                else if (Errno.Last != Errno.Interrupted)
                {
                    return Errno.Last;
                }
            }
        }

        return 0;
    }

    /// <summary>fsync. After a failure the kernel forgets what it could not write: never try again on the same file.</summary>
    public static int Flush(SafeFileHandle file) => LibC.fsync(file) < 0 ? Errno.Last : 0;

    /// <summary>Makes names in a folder last.</summary>
    public static int FlushFolder(string folder)
    {
        using var handle = Descriptor.Open(folder, LibC.DirectoryOnly);
        return handle is null ? Errno.Last : Flush(handle);
    }

    /// <summary>The folder that holds a path.</summary>
    public static string FolderOf(string path) =>
        Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new ArgumentException("A file is in a folder.", nameof(path));
}
