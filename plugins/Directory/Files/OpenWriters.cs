using System.Runtime.InteropServices;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>Who has a file open for writing.</summary>
internal static class OpenWriters
{
    /// <summary>
    /// Whether anybody has the file open for writing. The kernel grants a read lease only if nobody has; that sees
    /// every process, shared mapping and container, which a walk through /proc does not.
    /// </summary>
    public static Answer Any(string path)
    {
        using var file = SparseFile.OpenForReading(path);

        // A broken lease is told by a signal; SIGIO, the default, would end the process.
        if (Libc.FileControl(file, Libc.SetSignal, Libc.SignalUrgent) != 0)
        {
            return Answer.Unknown;
        }

        if (Libc.FileControl(file, Libc.SetLease, Libc.ReadLease) == 0)
        {
            _ = Libc.FileControl(file, Libc.SetLease, Libc.NoLease);
            return Answer.No;
        }

        return Marshal.GetLastPInvokeError() == Libc.ErrorAgain ? Answer.Yes : Answer.Unknown;
    }

    /// <summary>The processes that have the file open, as "name (pid)"; may miss some.</summary>
    public static IReadOnlyList<string> Names(string path)
    {
        var users = new List<string>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            var number = Path.GetFileName(process);
            if (number.All(char.IsAsciiDigit) && HasOpen(process, path))
            {
                users.Add($"{NameOf(process)} ({number})");
            }
        }

        return users;
    }

    private static bool HasOpen(string process, string path)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(link => string.Equals(new FileInfo(link).LinkTarget, path, StringComparison.Ordinal));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "?";
        }
    }
}
