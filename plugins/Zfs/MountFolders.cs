namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>
/// The folders above a mount point. zfs makes the missing ones with the agent's umask, so only root could pass: a service that
/// runs as somebody else, such as a database, would not get to its own volume.
/// </summary>
internal static class MountFolders
{
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The folders above a path that are not there yet.</summary>
    public static IReadOnlyList<string> MissingAbove(string path)
    {
        var missing = new List<string>();
        for (var folder = Path.GetDirectoryName(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Add(folder);
        }

        return missing;
    }

    /// <summary>Lets everybody pass through folders, as far as they are there now. What is in the volume has modes of its own.</summary>
    public static void LetPass(IEnumerable<string> made)
    {
        foreach (var folder in made.Where(Directory.Exists))
        {
            File.SetUnixFileMode(folder, Passable);
        }
    }
}
