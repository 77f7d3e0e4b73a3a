namespace NodeAgent.Daemon.Peers.Files;

/// <summary>
/// Files that only root reads (0600 in a 0700 folder), replaced in one step: a reader, or a power cut, sees the old
/// or the new content and nothing between. One writer at a time: callers hold their own lock.
/// </summary>
internal static class PrivateFile
{
    public const string LeftoverSuffix = ".tmp";

    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMode0700 = FileMode0600 | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static void MakeFolder(string folder)
    {
        Directory.CreateDirectory(folder, FolderMode0700);
        // The folder may have been there with a wider mode, or the umask may have narrowed it.
        File.SetUnixFileMode(folder, FolderMode0700);
    }

    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + LeftoverSuffix;
        // A leftover of a crash could have another mode: create afresh.
        File.Delete(temporary);
        using (var file = new FileStream(temporary, CreatePrivate()))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Removes what a crash between write and rename left behind.</summary>
    public static void SweepLeftovers(string folder)
    {
        foreach (var leftover in Directory.EnumerateFiles(folder, "*" + LeftoverSuffix))
        {
            File.Delete(leftover);
        }
    }

    public static bool IsReadableByOthers(string path) => (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;

    private static FileStreamOptions CreatePrivate() => new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        Share = FileShare.None,
        UnixCreateMode = FileMode0600,
    };
}
