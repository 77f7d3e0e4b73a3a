using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>
/// Deletes volumes. "zfs destroy -r" takes the snapshots first and only then finds that the dataset is busy; so all
/// that could stand in the way is looked for before.
/// </summary>
internal sealed class Deletion(Parts parts, Mounts mounts)
{
    public async Task<Outcome> DeleteAsync(VolumeId id, CancellationToken cancellation)
    {
        var what = $"cannot delete volume {id}";
        if (parts.Layout.Check(id) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(id.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (unit.Volume(id.Name) is { } volume)
        {
            var deleted = await DeleteAsync(volume, what, cancellation);
            if (!deleted.IsOk)
            {
                return deleted;
            }
        }

        var isLast = unit.Exists && unit.Volumes.All(other => other.Name == id.Name);
        return isLast ? await DestroyAsync(unit.Dataset, what, cancellation) : Outcome.Done;
    }

    private async Task<Outcome> DeleteAsync(VolumeState volume, string what, CancellationToken cancellation)
    {
        if (await StandInTheWayAsync(volume, what, cancellation) is { } fault)
        {
            return fault;
        }

        var unmounted = await mounts.UnmountAsync([volume], what, cancellation);
        return unmounted.IsOk ? await DestroyAsync(volume.Dataset, what, cancellation) : unmounted;
    }

    private async Task<Fault?> StandInTheWayAsync(VolumeState volume, string what, CancellationToken cancellation)
    {
        var clones = volume.Snapshots.SelectMany(point => point.Clones).ToList();
        var held = volume.Snapshots.Where(point => point.HoldCount > 0).Select(point => $"{volume.Dataset}@{point.Name}").ToList();
        if (clones.Count == 0 && held.Count == 0)
        {
            return null;
        }

        var holds = await Holds.ReadAsync(parts.Tool, held, what, cancellation);
        return holds.IsOk ? Snapshots.InUse.By(what, holds.Value, clones) : holds.Fault;
    }

    private async Task<Outcome> DestroyAsync(string dataset, string what, CancellationToken cancellation)
    {
        var destroyed = await parts.Tool.ChangeAsync(what, ["destroy", "-r", dataset], cancellation);
        return destroyed is { IsOk: false, Fault.Code: FaultCode.NotFound } ? Outcome.Done : destroyed.WithoutValue();
    }
}
