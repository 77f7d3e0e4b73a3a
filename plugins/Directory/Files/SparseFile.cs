using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>Files with holes.</summary>
internal static class SparseFile
{
    private const int CopyBlock = 1024 * 1024;

    /// <summary>Opens a file for reading, without a lock on it.</summary>
    public static SafeFileHandle OpenForReading(string path) =>
        Libc.OpenToRead(path);

    /// <summary>The runs of a file that may hold something else than zeros, by offset.</summary>
    public static IEnumerable<(long Offset, long Length)> RunsOf(SafeFileHandle file)
    {
        var size = RandomAccess.GetLength(file);
        for (long position = 0; position < size;)
        {
            var start = Libc.Seek(file, position, Libc.SeekData);
            if (start < 0)
            {
                if (Marshal.GetLastPInvokeError() == Libc.ErrorNoDevice)
                {
                    yield break;
                }

                // The file system does not know holes: all of it may be something.
                yield return (position, size - position);
                yield break;
            }

            var end = Libc.Seek(file, start, Libc.SeekHole);
            end = end < 0 ? size : Math.Min(end, size);
            if (start >= size || end <= start)
            {
                yield break;
            }

            yield return (start, end - start);
            position = end;
        }
    }

    // Runs, not blocks: what is shared with a clone counts in each file, as it would after a copy.

    /// <summary>Bytes of a file that are not holes.</summary>
    public static long UseOf(string path)
    {
        using var file = OpenForReading(path);
        return RunsOf(file).Sum(run => run.Length);
    }

    /// <summary>
    /// Copies a file: shares its blocks where the file system can (one instant, no space), else copies what is not a
    /// hole. True if the blocks were shared.
    /// </summary>
    public static bool Copy(Disk disk, string from, string to, bool mayShare, CancellationToken cancellation)
    {
        using var source = OpenForReading(from);
        using var target = disk.MakeFile(to);
        if (mayShare)
        {
            disk.Announce($"clone {to}");
            if (Libc.Control(target, Libc.CloneFile, source) == 0)
            {
                disk.Sync(target, to);
                return true;
            }
        }

        CopyRuns(disk, source, target, to, cancellation);
        disk.Sync(target, to);
        return false;
    }

    /// <summary>Makes a run read as zeros, without space where the file system can.</summary>
    public static void Clear(SafeFileHandle file, long offset, long length)
    {
        if (Libc.Allocate(file, Libc.PunchHole | Libc.KeepSize, offset, length) == 0)
        {
            return;
        }

        var zeros = new byte[Math.Min(length, CopyBlock)];
        for (long done = 0; done < length; done += zeros.Length)
        {
            RandomAccess.Write(file, zeros.AsSpan(0, (int)Math.Min(zeros.Length, length - done)), offset + done);
        }
    }

    private static void CopyRuns(
        Disk disk, SafeFileHandle source, SafeFileHandle target, string to, CancellationToken cancellation)
    {
        disk.Resize(target, RandomAccess.GetLength(source), to);
        disk.Announce($"copy {to}");
        var buffer = new byte[CopyBlock];
        foreach (var (offset, length) in RunsOf(source))
        {
            for (long done = 0; done < length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(buffer.Length, length - done);
                var read = RandomAccess.Read(source, buffer.AsSpan(0, wanted), offset + done);
                if (read == 0)
                {
                    return;
                }

                RandomAccess.Write(target, buffer.AsSpan(0, read), offset + done);
                done += read;
            }
        }
    }
}
