using System.Globalization;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Roles;

/// <summary>Who uses a volume, read from /proc and /sys: to be told to the operator, never to decide alone.</summary>
internal static class Users
{
    private const int Enough = 10;
    private static readonly string[] Passing = ["(udev-worker)", "systemd-udevd", "zvol_id", "blkid"];

    /// <summary>Each user as "program (pid): path".</summary>
    public static IReadOnlyList<string> Of(VolumeState volume) =>
        volume.Kind == Contract.VolumeKind.Filesystem
            ? volume.Mounted && volume.Mountpoint is { } path ? Processes(path, subtree: true) : []
            : OfDevice(volume.Device);

    /// <summary>True for the programs with which udev identifies a device: they close it again by themselves.</summary>
    public static bool IsPassing(string user) => Passing.Any(program => user.StartsWith(program + " (", StringComparison.Ordinal));

    /// <summary>True for the device itself and for its partitions: "/dev/zd160" is none of "/dev/zd16".</summary>
    public static bool IsOn(string mounted, string device) =>
        mounted.StartsWith(device, StringComparison.Ordinal)
        && mounted[device.Length..] is var rest && (rest.Length == 0 || (rest is ['p', _, ..] && rest[1..].All(char.IsAsciiDigit)));

    private static List<string> OfDevice(string link)
    {
        var device = Target(link);
        if (device is null)
        {
            return [];
        }

        var users = Processes(device, subtree: false);
        users.AddRange(Entries($"/sys/class/block/{Path.GetFileName(device)}/holders").Select(holder => $"device {Path.GetFileName(holder)}"));
        users.AddRange(MountsOf(device));
        return users;
    }

    private static IEnumerable<string> MountsOf(string device) =>
        Lines("/proc/self/mounts").Select(line => line.Split(' '))
            .Where(words => words.Length > 1 && IsOn(words[0], device))
            .Select(words => $"mounted on {words[1]}");

    private static List<string> Processes(string path, bool subtree)
    {
        var users = new List<string>();
        foreach (var process in Entries("/proc"))
        {
            var pid = Path.GetFileName(process);
            if (!int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                continue;
            }

            var links = Entries(process + "/fd").Prepend(process + "/cwd").Prepend(process + "/root");
            if (links.Select(Target).FirstOrDefault(target => Touches(target, path, subtree)) is { } used)
            {
                users.Add($"{Lines(process + "/comm").FirstOrDefault() ?? "?"} ({pid}): {used}");
            }

            if (users.Count == Enough)
            {
                break;
            }
        }

        return users;
    }

    private static bool Touches(string? target, string path, bool subtree) =>
        target is not null
        && (target == path || (subtree && target.StartsWith(path + "/", StringComparison.Ordinal)));

    private static IEnumerable<string> Entries(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Target(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: link.StartsWith("/dev", StringComparison.Ordinal))?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
