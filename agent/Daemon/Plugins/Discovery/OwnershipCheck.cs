using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Plugins.Discovery;

/// <summary>
/// A plugin runs as root, so only root may have written it: everything from the root folder down belongs to root and
/// can be written by nobody else, and no link leads out of the plugin root.
/// </summary>
internal static class OwnershipCheck
{
    private const UnixFileMode ByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static LoadVerdict Check(string folder, string root, uint owner = 0)
    {
        try
        {
            var wrong = Chain(folder, root)
                .Concat(Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
                .Select(path => Complaint(path, root, owner))
                .FirstOrDefault(complaint => complaint is not null);
            return wrong ?? LoadVerdict.Good(LoadStage.Ownership, "only root can change it");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return LoadVerdict.Bad(LoadStage.Ownership, failure.Message, "Install the plugin again.");
        }
    }

    private static IEnumerable<string> Chain(string folder, string root)
    {
        for (var at = folder; ; at = Path.GetDirectoryName(at)!)
        {
            yield return at;
            if (at.Length <= root.Length)
            {
                yield break;
            }
        }
    }

    private static LoadVerdict? Complaint(string path, string root, uint owner)
    {
        if (FileOwner.Read(path) is var found && found != owner)
        {
            return LoadVerdict.Bad(
                LoadStage.Ownership, $"{path} belongs to user {found?.ToString() ?? "unknown"}", $"Run: chown -R root:root {root}");
        }

        var entry = new FileInfo(path);
        if (entry.LinkTarget is not null)
        {
            var target = entry.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? "";
            return target.StartsWith(root + "/", StringComparison.Ordinal)
                ? null
                : LoadVerdict.Bad(LoadStage.Ownership, $"{path} links to {target}, outside {root}", "Copy the file instead.");
        }

        return (File.GetUnixFileMode(path) & ByOthers) == UnixFileMode.None
            ? null
            : LoadVerdict.Bad(LoadStage.Ownership, $"{path} can be written by others", $"Run: chmod -R go-w {root}");
    }
}
