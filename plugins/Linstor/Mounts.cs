using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>Mounts and unmounts the filesystems of a resource. Nothing but a promotion mounts them.</summary>
internal sealed class Mounts(DrbdTool tool, Places places, string root, TimeProvider time)
{
    private const UnixFileMode Passable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // udev opens a device for a moment to see what is on it.
    public static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    public const int Glances = 20;

    /// <summary>Where a volume is mounted, or would be.</summary>
    public string Folder(string resource, VolumeState volume) => Path.Combine(root, resource, volume.Number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where a device is mounted now, in the order in which it was; a fault if that cannot be seen.</summary>
    public Outcome<IReadOnlyList<string>> Points(VolumeState volume)
    {
        if (Places.Read(places.Mounts) is not { Length: > 0 } text)
        {
            return Faults.Data("cannot see what is mounted", $"{places.Mounts} cannot be read", "Look at /proc.");
        }

        // 36 35 147:0 / /mnt rw,noatime shared:1 - ext4 /dev/drbd0 rw
        var number = string.Create(CultureInfo.InvariantCulture, $"147:{volume.Minor}");
        return new Outcome<IReadOnlyList<string>>([.. text.Split('\n').Select(line => line.Split(' ')).Where(words => words.Length > 4 && words[2] == number).Select(words => words[4])]);
    }

    /// <summary>Mounts what is not mounted yet.</summary>
    public async Task<Outcome> MountAsync(ResourceState state, string what, CancellationToken cancellation)
    {
        foreach (var volume in state.Volumes)
        {
            var folder = Folder(state.Name, volume);
            var points = Points(volume);
            if (!points.IsOk)
            {
                return points.Fault;
            }

            if (points.Value.Contains(folder, StringComparer.Ordinal))
            {
                continue;
            }

            var made = MakeFolder(what, folder);
            var mounted = made.IsOk ? await tool.RunAsync(what, state.Name, "mount", ["-o", "noatime", "--", tool.Device(volume), folder], cancellation) : made;
            if (!mounted.IsOk)
            {
                return mounted.Fault with { NextStep = $"Is there a filesystem on {tool.Device(volume)}? It is primary here now, so 'mkfs.ext4 {tool.Device(volume)}' can make one; then do this again." };
            }
        }

        return Outcome.Done;
    }

    /// <summary>Unmounts every filesystem of the resource that is mounted, wherever.</summary>
    public async Task<Outcome> UnmountAsync(ResourceState state, string what, CancellationToken cancellation)
    {
        foreach (var volume in state.Volumes)
        {
            for (var glance = 1; ; glance++)
            {
                var points = Points(volume);
                if (!points.IsOk)
                {
                    return points.Fault;
                }

                if (points.Value.Count == 0)
                {
                    break;
                }

                var gone = await tool.RunAsync(what, state.Name, "umount", ["--", points.Value[^1]], cancellation);
                if (!gone.IsOk && (glance >= Glances || gone.Fault.Code == FaultCode.TimedOut))
                {
                    return gone.Fault with { Code = gone.Fault.Code == FaultCode.TimedOut ? FaultCode.TimedOut : FaultCode.InUse, NextStep = $"Look with 'fuser -vm {points.Value[^1]}' what uses it." };
                }

                if (!gone.IsOk)
                {
                    await Task.Delay(Glance, time, cancellation);
                }
            }
        }

        return Outcome.Done;
    }

    // The agent's own umask would keep everybody else out of what is mounted there.
    private static Outcome MakeFolder(string what, string folder)
    {
        try
        {
            var missing = new List<string>();
            for (var above = folder; above is not null && !Directory.Exists(above); above = Path.GetDirectoryName(above))
            {
                missing.Add(above);
            }

            _ = Directory.CreateDirectory(folder);
            missing.ForEach(made => File.SetUnixFileMode(made, Passable));
            return Outcome.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Faults.Data(what, $"cannot make {folder}: {e.Message}", "Mend the folder above it.");
        }
    }
}
