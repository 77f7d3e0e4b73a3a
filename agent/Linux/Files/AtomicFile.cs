using NodeAgent.Contract;
using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Files;

/// <summary>Replaces files whole: after a crash at any point there is the old content or the new, never a part.</summary>
public static class AtomicFile
{
    /// <summary>Only the owner reads and writes.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string Suffix = ".new~";
    private static long sequence;

    /// <summary>Writes a file. When this returns without a fault, the content survives a power cut. Idempotent.</summary>
    public static Outcome Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode = OwnerOnly)
    {
        var what = $"cannot write {path}";
        var folder = Disk.FolderOf(path);
        var name = $".{Path.GetFileName(path)}.{Environment.ProcessId}-{Interlocked.Increment(ref sequence)}{Suffix}";
        var temporary = Path.Join(folder, name);
        var errno = WriteNew(temporary, content, mode);
        if (errno == 0 && LibC.rename(temporary, path) < 0)
        {
            errno = Errno.Last;
        }

        if (errno != 0)
        {
            _ = LibC.unlink(temporary);
            return Errno.FileFault(what, errno);
        }

        errno = Disk.FlushFolder(folder);
        return errno == 0 ? Outcome.Done : Errno.FileFault(what, errno);
    }

    /// <summary>Removes a file for good. That it is not there is fine.</summary>
    public static Outcome Delete(string path)
    {
        var errno = LibC.unlink(path) < 0 && Errno.Last is var failed and not Errno.NoEntry
            ? failed
            : Disk.FlushFolder(Disk.FolderOf(path));
        return errno == 0 ? Outcome.Done : Errno.FileFault($"cannot remove {path}", errno);
    }

    /// <summary>Gives a file or folder another name in the same folder, for good. The new name must be free.</summary>
    public static Outcome Move(string from, string to)
    {
        var errno = LibC.rename(from, to) < 0 ? Errno.Last : Disk.FlushFolder(Disk.FolderOf(to));
        return errno == 0 ? Outcome.Done : Errno.FileFault($"cannot rename {from} to {to}", errno);
    }

    /// <summary>Removes what crashes in the middle of a write left in a folder. Call it before anybody writes there.</summary>
    /// <returns>How many there were.</returns>
    public static int RemoveLeftovers(string folder)
    {
        var leftovers = Directory.GetFiles(folder, ".*" + Suffix);
        foreach (var leftover in leftovers)
        {
            _ = LibC.unlink(leftover);
        }

        return leftovers.Length;
    }

    private static int WriteNew(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        const int flags = LibC.WriteOnly | LibC.Create | LibC.Exclusive | LibC.NoFollow;
        using var file = Descriptor.Open(path, flags, (uint)OwnerOnly);
        if (file is null)
        {
            return Errno.Last;
        }

        // Content first: a file that others may read has no moment in which it is theirs and incomplete.
        var errno = Disk.WriteAll(file, content);
        if (errno == 0 && LibC.fchmod(file, (uint)mode) < 0)
        {
            errno = Errno.Last;
        }

        return errno == 0 ? Disk.Flush(file) : errno;
    }
}
