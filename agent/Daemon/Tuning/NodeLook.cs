using System.Globalization;
using NodeAgent.Linux.Modules;

namespace NodeAgent.Daemon.Tuning;

/// <summary>Looks at what bounds a profile: memory, drives and their queues. What cannot be read does not bound, but is not taken for room either.</summary>
internal static class NodeLook
{
    private static readonly string[] NoDrives = ["loop", "ram", "zram", "zd", "dm-", "md", "sr", "fd", "nbd", "drbd", "rbd"];

    public static NodeShape At(string root, IModuleParameters module) => new(
        Ram(Path.Join(root, "proc/meminfo")),
        module.Look(Knobs.DirtyCeiling) is { IsOk: true, Value: { } ceiling } && ParameterText.Number(ceiling.Text) is { } bytes ? bytes : null,
        Drives(Path.Join(root, "sys/block")));

    private static long Ram(string file)
    {
        var line = (Text(file) ?? "").Split('\n').FirstOrDefault(text => text.StartsWith("MemTotal:", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var kibibytes, "kB"]
            && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count < 1L << 50 ? count << 10 : 0;
    }

    private static IReadOnlyList<DriveShape> Drives(string folder) =>
    [
        .. Names(folder).Where(name => !NoDrives.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .Select(name => new DriveShape(
                name,
                Text(Path.Join(folder, name, "queue/rotational")) == "1",
                Text(Path.Join(folder, name, "hidden")) == "1",
                ParameterText.Number(Text(Path.Join(folder, name, "queue/nr_requests")) ?? ""))),
    ];

    private static IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)!)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
