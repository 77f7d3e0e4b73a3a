using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Roles;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>
/// Mounts and unmounts the filesystems of a unit. They are canmount=noauto: after a boot nothing is mounted until the
/// agent holds a grant.
/// </summary>
internal sealed class Mounts(ZfsTool tool, TimeProvider time)
{
    // udev opens a new or changed block device for a moment to see what is on it.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private const int Glances = 40;

    /// <summary>Mounts what is not mounted yet.</summary>
    public async Task<Outcome> MountAsync(UnitState unit, string what, CancellationToken cancellation)
    {
        foreach (var volume in unit.Volumes.Where(volume => volume is { Kind: VolumeKind.Filesystem, Mounted: false, Mountpoint: not null }))
        {
            var above = MountFolders.MissingAbove(volume.Mountpoint!);
            var mounted = await tool.ChangeAsync(what, ["mount", volume.Dataset], cancellation);
            MountFolders.LetPass(above);
            if (!mounted.IsOk && mounted.Fault.Native?.Contains("already mounted", StringComparison.Ordinal) != true)
            {
                return mounted.Fault;
            }
        }

        return Outcome.Done;
    }

    /// <summary>
    /// After a crash, writes that were acknowledged last lie in the intent log only and count as written nowhere; a mount
    /// brings them to the head, even one that takes no writes. What cannot be mounted is left: closing must not wait for it.
    /// </summary>
    public async Task ReplayAsync(IReadOnlyList<VolumeState> volumes, string what, CancellationToken cancellation)
    {
        foreach (var volume in volumes.Where(volume => volume is { Kind: VolumeKind.Filesystem, Mounted: false, Mountpoint: not null, KeyMissing: false }))
        {
            if ((await tool.ChangeAsync(what, ["mount", "-o", "ro", volume.Dataset], cancellation)).IsOk)
            {
                await tool.ChangeAsync(what, ["unmount", volume.Dataset], cancellation);
            }
        }
    }

    /// <summary>Unmounts all; if one is in use, those unmounted before are mounted again and the users are named.</summary>
    public async Task<Outcome> UnmountAsync(IReadOnlyList<VolumeState> volumes, string what, CancellationToken cancellation)
    {
        var users = await UsersAsync(volumes, cancellation);
        if (users.Count > 0)
        {
            return InUse(what, users, null);
        }

        var done = new List<VolumeState>();
        foreach (var volume in volumes.Where(volume => volume.Mounted))
        {
            var unmounted = await tool.ChangeAsync(what, ["unmount", volume.Dataset], cancellation);
            if (unmounted.IsOk || unmounted.Fault.Native?.Contains("not currently mounted", StringComparison.Ordinal) == true)
            {
                done.Add(volume with { Mounted = false });
                continue;
            }

            foreach (var again in done)
            {
                await tool.ChangeAsync(what, ["mount", again.Dataset], cancellation);
            }

            return unmounted.Fault.Code == FaultCode.InUse
                ? InUse(what, Users.Of(volume).DefaultIfEmpty("a process that could not be found, perhaps in a container"), unmounted.Fault.Native)
                : unmounted.Fault;
        }

        return Outcome.Done;
    }

    /// <summary>Who uses the volumes. Who only looks in passing is waited for, ten seconds at most.</summary>
    private async Task<List<string>> UsersAsync(IReadOnlyList<VolumeState> volumes, CancellationToken cancellation)
    {
        for (var glance = 1; ; glance++)
        {
            var users = volumes.SelectMany(volume => Users.Of(volume).Select(user => (volume.Name, User: user))).ToList();
            if (users.Count == 0 || glance == Glances || users.Any(user => !Users.IsPassing(user.User)))
            {
                return [.. users.Select(user => $"{user.Name}: {user.User}")];
            }

            await Task.Delay(Glance, time, cancellation);
        }
    }

    private static Fault InUse(string what, IEnumerable<string> users, string? native) => new(
        FaultCode.InUse,
        what,
        "the unit is in use",
        "Stop what uses it, then try again.",
        Retry.AfterFix)
    {
        Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["users"] = string.Join("; ", users) },
        Native = native,
    };
}
