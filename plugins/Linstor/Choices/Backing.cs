using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>
/// Keeps what a copy holds where the storage below it can snapshot without reserving room: thin volumes of LVM, volumes of ZFS.
/// The copy is closed meanwhile, so that the snapshot is the copy as it is.
/// </summary>
internal sealed class Backing(DrbdTool tool)
{
    /// <summary>What each volume lies on, named as its own program calls it; a fault says why it cannot be kept.</summary>
    public async Task<Outcome<IReadOnlyList<BackingVolume>>> FindAsync(ResourceState state, string what, CancellationToken cancellation)
    {
        List<BackingVolume> found = [];
        foreach (var volume in state.Volumes)
        {
            var device = await tool.BackingAsync(state.Name, volume, what, cancellation);
            var lies = device.IsOk ? await FindAsync(device.Value, what, cancellation) : device.Fault;
            if (!lies.IsOk)
            {
                return lies.Fault;
            }

            found.Add(lies.Value);
        }

        return found.Count > 0 ? found : Faults.Data(what, "it has no volumes", $"Look at 'drbdadm status {state.Name}'.");
    }

    /// <summary>Takes a snapshot of every volume. Those that are there already are left.</summary>
    public async Task<Outcome> KeepAsync(ResourceState state, string name, string what, CancellationToken cancellation)
    {
        var volumes = await FindAsync(state, what, cancellation);
        if (!volumes.IsOk)
        {
            return volumes.Fault with { NextStep = $"Mend it, or give up what it holds: 'nodeagent volume resolve {state.Name} --keep NODE --without-keeping'." };
        }

        foreach (var volume in volumes.Value)
        {
            var there = await IsThereAsync(volume, name, what, cancellation);
            var kept = !there.IsOk ? there.WithoutValue()
                : there.Value ? Outcome.Done
                : volume.IsZfs ? await tool.RunAsync(what, state.Name, "zfs", ["snapshot", volume.Kept(name)], cancellation)
                : await tool.RunAsync(what, state.Name, "lvcreate", ["--snapshot", "--name", volume.Kept(name), "--", volume.Name], cancellation);
            if (!kept.IsOk)
            {
                return kept;
            }
        }

        return Outcome.Done;
    }

    private async Task<Outcome<bool>> IsThereAsync(BackingVolume volume, string name, string what, CancellationToken cancellation)
    {
        if (volume.IsZfs)
        {
            var listed = await tool.AskAsync(what, "zfs", ["list", "-H", "-o", "name", "-t", "snapshot", "-d", "1", volume.Name], cancellation);
            return listed.Map(text => text.Split('\n').Contains(volume.Kept(name), StringComparer.Ordinal));
        }

        var all = await ListAsync(volume.Name.Split('/')[0], what, cancellation);
        return all.Map(found => found.Exists(line => line.Volume == volume.Kept(name)));
    }

    private async Task<Outcome<BackingVolume>> FindAsync(string device, string what, CancellationToken cancellation)
    {
        if (BackingVolume.DatasetOf(device) is { } dataset)
        {
            return new BackingVolume(dataset, IsZfs: true);
        }

        var listed = await ListAsync(device, what, cancellation);
        return listed is { IsOk: true, Value: [var line] } && line.Segment == "thin" ? new BackingVolume($"{line.Group}/{line.Volume}", IsZfs: false)
            : new Fault(
                FaultCode.Unsupported, what, $"{device} is neither a thin volume of LVM nor a volume of ZFS, which could keep it",
                "Copy it away by hand first, or do without.", Retry.Never);
    }

    private async Task<Outcome<List<LogicalVolume>>> ListAsync(string of, string what, CancellationToken cancellation)
    {
        var output = await tool.AskAsync(what, "lvs", ["--reportformat", "json", "-o", "vg_name,lv_name,segtype", "--", of], cancellation);
        return !output.IsOk ? output.Fault : LogicalVolume.Read(what, output.Value);
    }
}
