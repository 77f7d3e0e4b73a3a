using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Volumes;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>Mounts the pool's filesystems. They are canmount=noauto: nothing but a promotion mounts them.</summary>
internal sealed class Mounting(Parts parts)
{
    public async Task<Outcome> MountAsync(string what, CancellationToken cancellation)
    {
        var rows = await DatasetRows.ReadAsync(parts.Tool, parts.Options.Pool, what, cancellation);
        if (!rows.IsOk)
        {
            return rows.Fault;
        }

        foreach (var row in rows.Value.Where(row => row is { Kind: VolumeKind.Filesystem, IsMounted: false }))
        {
            var mounted = await parts.Tool.ChangeAsync(what, "zfs", ["mount", row.Dataset], cancellation);
            if (!mounted.IsOk && mounted.Fault.Native?.Contains("already mounted", StringComparison.Ordinal) != true)
            {
                return mounted.Fault;
            }
        }

        return Outcome.Done;
    }
}
