using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>The state folder: its room, and who may read and write what is in it.</summary>
internal static class StateFindings
{
    private const long LittleRoom = 1L << 30;
    private const long NoRoom = 64L << 20;
    private const UnixFileMode OthersWrite = UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
    private const UnixFileMode OthersUse = OthersWrite | UnixFileMode.OtherRead | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    public static IEnumerable<DoctorFinding> Of(string state)
    {
        if (!Directory.Exists(state))
        {
            yield return new DoctorFinding("disk", state, DoctorVerdict.Skipped, "the folder does not exist yet", "");
            yield break;
        }

        yield return Disk(state);
        yield return Permissions(state);
    }

    private static DoctorFinding Disk(string state)
    {
        var drive = new DriveInfo(state);
        var (free, all) = (drive.AvailableFreeSpace, drive.TotalSize);
        var text = $"{Spans.Size(free)} of {Spans.Size(all)} free";
        return free >= LittleRoom || free >= all / 10 ? DoctorFinding.Ok("disk", state, text) : new DoctorFinding(
            "disk", state, free < NoRoom ? DoctorVerdict.Failed : DoctorVerdict.Warning, text, "Make room: without it no operation can be begun.");
    }

    private static DoctorFinding Permissions(string state)
    {
        try
        {
            var owner = FileOwner.Read(state);
            var count = 0;

            // Volumes are the services' own; who may use them is not the agent's business.
            var volumes = Path.Join(state, "volumes");
            foreach (var path in new[] { state }.Concat(Directory.EnumerateFileSystemEntries(state, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
                .Where(path => path != volumes && !path.StartsWith(volumes + "/", StringComparison.Ordinal)))
            {
                count++;
                if (Wrong(state, path, owner) is { } wrong)
                {
                    return wrong;
                }
            }

            return DoctorFinding.Ok("permissions", state, $"{count} files and folders, none open to others");
        }
        catch (UnauthorizedAccessException)
        {
            return DoctorFinding.Skipped("permissions", "only root can look into the state folder: use sudo");
        }
    }

    private static DoctorFinding? Wrong(string state, string path, uint? owner)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        var mode = File.GetUnixFileMode(path);
        if (FileOwner.Read(path) is { } found && found != owner)
        {
            return new DoctorFinding("permissions", path, DoctorVerdict.Failed, $"belongs to user {found}, the state folder to user {owner}", $"chown {owner} {path}");
        }

        // Nobody but root comes through the folder; what is in it needs no walls of its own, but for keys.
        var isSecret = path == state || path.StartsWith(Path.Join(state, "cluster") + "/", StringComparison.Ordinal);
        return (mode & (isSecret ? OthersUse : OthersWrite)) == UnixFileMode.None ? null : new DoctorFinding(
            "permissions", path, DoctorVerdict.Failed, $"others may read or write it (mode {Convert.ToString((int)mode, 8)})", $"chmod go= {path}");
    }
}
