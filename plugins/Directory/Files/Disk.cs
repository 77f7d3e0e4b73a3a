using Microsoft.Win32.SafeHandles;

namespace NodeAgent.Plugins.DirectoryBackend.Files;

/// <summary>
/// The one door for changes on disk. Each change announces itself first, so that tests can cut the power before any of them.
/// </summary>
/// <param name="beforeStep">Told of every change before it happens; null outside tests.</param>
internal sealed class Disk(Action<string>? beforeStep = null)
{
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode FileMode640 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Mode of what nobody may write: 0444.</summary>
    public const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Mode of a writer's volume: 0644.</summary>
    public const UnixFileMode Writable = ReadOnly | UnixFileMode.UserWrite;

    public void Announce(string step) => beforeStep?.Invoke(step);

    /// <summary>Makes a folder with its parents; there already: nothing.</summary>
    public void MakeFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        Announce($"mkdir {path}");
        Directory.CreateDirectory(path, FolderMode);
        Libc.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Opens an empty new file for writing, in place of what was there.</summary>
    public SafeFileHandle MakeFile(string path)
    {
        Announce($"create {path}");
        File.Delete(path);
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.SetUnixFileMode(file, FileMode640);
        return file;
    }

    /// <summary>Opens a file for writing that is there.</summary>
    public SafeFileHandle OpenForWriting(string path)
    {
        Announce($"open {path}");
        return Libc.OpenToWrite(path);
    }

    /// <summary>Gives a file its size; what is new reads as zeros.</summary>
    public void Resize(SafeFileHandle file, long bytes, string path)
    {
        Announce($"resize {path}");
        if (Libc.Truncate(file, bytes) != 0)
        {
            throw Libc.Failure(path);
        }
    }

    /// <summary>Makes a file durable.</summary>
    public void Sync(SafeFileHandle file, string path)
    {
        Announce($"sync {path}");
        Libc.Sync(file, path);
    }

    /// <summary>Replaces a small file as a whole: after a power cut it is the old one or the new one.</summary>
    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".new";
        try
        {
            using (var file = MakeFile(temporary))
            {
                Announce($"write {temporary}");
                RandomAccess.Write(file, content, 0);
                Sync(file, temporary);
            }

            Move(temporary, path);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Renames durably, over what is there.</summary>
    public void Move(string from, string to)
    {
        Announce($"move {from} {to}");
        File.Move(from, to, overwrite: true);
        Libc.SyncDirectory(Path.GetDirectoryName(to)!);
        Libc.SyncDirectory(Path.GetDirectoryName(from)!);
    }

    /// <summary>Renames a folder durably; the target must not be there.</summary>
    public void MoveFolder(string from, string to)
    {
        Announce($"move {from} {to}");
        Directory.Move(from, to);
        Libc.SyncDirectory(Path.GetDirectoryName(to)!);
    }

    /// <summary>Sets who may do what with a file.</summary>
    public void SetMode(string path, UnixFileMode mode)
    {
        Announce($"chmod {path}");
        File.SetUnixFileMode(path, mode);
    }

    /// <summary>Deletes a file or a folder with all that is in it; absent: nothing.</summary>
    public void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Announce($"delete {path}");
            Directory.Delete(path, recursive: true);
        }
        else if (File.Exists(path))
        {
            Announce($"delete {path}");
            File.Delete(path);
        }
    }
}
