using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>
/// Deletes volumes. "zfs destroy -r" takes the snapshots first and only then finds that the dataset is busy; so all
/// that could stand in the way is looked for before.
/// </summary>
internal sealed class Deletion(Parts parts, Mounts mounts)
{
    // ZFS writes each out by itself, and nobody else gets at the pool until the command ends.
    private const int MostAtOnce = 5;

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
        if ((unit.CheckMade(what) ?? Foreign(unit, id.Name, what)) is { } foreign)
        {
            return foreign;
        }

        if (unit.Volume(id.Name) is { } volume)
        {
            var deleted = await DeleteAsync(volume, what, cancellation);
            if (!deleted.IsOk)
            {
                return deleted;
            }
        }

        var isLast = unit.Exists && unit.Volumes.All(other => other.Name == id.Name);
        return isLast
            ? await DestroyAsync(unit.Dataset, unit.OwnSnapshots.Count > 0, what, cancellation)
            : await UncoverAsync(id, what, cancellation);
    }

    /// <summary>
    /// Snapshots of the volumes that stay do without the deleted one from now on, or none that there is could be promoted until
    /// the next is made: of a unit that nobody writes to, never. Done again if the volume is gone already: that may be where it was killed.
    /// </summary>
    private async Task<Outcome> UncoverAsync(VolumeId deleted, string what, CancellationToken cancellation)
    {
        // Looked at again: a snapshot may have been made while the volume went.
        var read = await parts.Units.ReadAsync(deleted.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var left = read.Value.Volumes.Where(volume => volume.Name != deleted.Name)
            .SelectMany(volume => volume.Snapshots.Select(point => (Name: $"{volume.Dataset}@{point.Name}", point.Covers)))
            .Where(known => known.Covers?.Contains(deleted.Name) == true)
            .ToLookup(known => string.Join(',', known.Covers!.Where(name => name != deleted.Name)), known => known.Name, StringComparer.Ordinal);
        foreach (var (covers, some) in left.SelectMany(group => group.Chunk(MostAtOnce).Select(some => (group.Key, some))))
        {
            var set = await parts.Tool.ChangeAsync(what, ["set", $"{Keys.Volumes}={covers}", .. some], cancellation);
            if (!set.IsOk)
            {
                return set.Fault;
            }
        }

        return Outcome.Done;
    }

    /// <summary>What lies below and was not made by this backend would go with "destroy -r": it is named and nothing goes.</summary>
    private static Fault? Foreign(UnitState unit, string volume, string what)
    {
        var isLast = unit.Volumes.All(other => other.Name == volume);
        var below = isLast ? unit.Dataset + "/" : $"{unit.Dataset}/{volume}/";
        var strangers = unit.Strangers.Where(name => name.StartsWith(below, StringComparison.Ordinal)).ToList();
        return strangers.Count == 0
            ? null
            : new Fault(
                FaultCode.InUse,
                what,
                $"below it lies what the agent has not made: {string.Join(", ", strangers)}",
                "Move it elsewhere with 'zfs rename', or destroy it by hand, then try again.",
                Retry.AfterFix) { Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["foreign"] = string.Join(',', strangers) } };
    }

    private async Task<Outcome> DeleteAsync(VolumeState volume, string what, CancellationToken cancellation)
    {
        if (await StandInTheWayAsync(volume, what, cancellation) is { } fault)
        {
            return fault;
        }

        var unmounted = await mounts.UnmountAsync([volume], what, cancellation);
        return unmounted.IsOk ? await DestroyAsync(volume.Dataset, snapshots: true, what, cancellation) : unmounted;
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

    // Without -r ZFS itself refuses if anything has come to lie below since the look.
    private async Task<Outcome> DestroyAsync(string dataset, bool snapshots, string what, CancellationToken cancellation)
    {
        string[] arguments = snapshots ? ["destroy", "-r", dataset] : ["destroy", dataset];
        var destroyed = await parts.Tool.ChangeAsync(what, arguments, cancellation);
        return destroyed is { IsOk: false, Fault.Code: FaultCode.NotFound } ? Outcome.Done : destroyed.WithoutValue();
    }
}
