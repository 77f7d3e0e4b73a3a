using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Replication;
using NodeAgent.Plugins.ZfsBackend.Snapshots;
using NodeAgent.Plugins.ZfsBackend.Volumes;

namespace NodeAgent.Plugins.ZfsBackend.Partings;

/// <summary>
/// Puts what a copy has aside and goes back to a snapshot, by moving names: a volume is renamed into the unit that keeps
/// it, cloned from the snapshot, and the clone promoted, which hands it all older snapshots with their identities. Not a
/// block is copied or freed. Each step looks for itself whether it was done, and what is to be done lies on the unit.
/// </summary>
internal sealed class GoingBack(Parts parts, Mounts mounts)
{
    private readonly Creation creation = new(parts);
    private readonly Cloning cloning = new(parts, mounts);
    private readonly Rollback rollback = new(parts, mounts);

    /// <summary>The unit as it will be; the same if nothing is to be done.</summary>
    public async Task<Outcome<UnitState>> SeenAsync(UnitState unit, string what, CancellationToken cancellation)
    {
        if (unit.Parting is not { } parting)
        {
            return unit;
        }

        var kept = await parts.Units.ReadAsync(new UnitId(unit.Id.Backend, parting.KeepAs), what, cancellation);
        return kept.Map(aside => PartingView.Of(unit, aside, parting));
    }

    /// <summary>Does what is still to be done; the unit as it then is.</summary>
    public async Task<Outcome<UnitState>> FinishAsync(UnitState unit, string what, CancellationToken cancellation)
    {
        if (unit.Parting is not { } parting)
        {
            return unit;
        }

        var made = await EnsureKeptAsync(unit, parting, what, cancellation);
        if (!made.IsOk)
        {
            return made.Fault;
        }

        var kept = made.Value;
        var unmounted = await mounts.UnmountAsync([.. unit.Volumes, .. kept.Volumes], what, cancellation);
        if (!unmounted.IsOk)
        {
            return unmounted.Fault;
        }

        foreach (var name in unit.Volumes.Concat(kept.Volumes).Select(volume => volume.Name).Distinct(StringComparer.Ordinal).ToList())
        {
            var moved = await MoveAsync(unit, kept, name, parting.Snapshot, what, cancellation);
            if (!moved.IsOk)
            {
                return moved.Fault;
            }
        }

        var tidied = await TidyAsync(unit, parting, what, cancellation);
        return tidied.IsOk ? await parts.Units.ReadAsync(unit.Id, what, cancellation) : tidied.Fault;
    }

    private async Task<Outcome<UnitState>> EnsureKeptAsync(UnitState unit, Parting parting, string what, CancellationToken cancellation)
    {
        var id = new UnitId(unit.Id.Backend, parting.KeepAs);
        var read = await parts.Units.ReadAsync(id, what, cancellation);
        if (!read.IsOk || read.Value.Exists)
        {
            return read is { IsOk: true } && read.Value.Kept?.Unit != unit.Id.Name ? PartingFaults.Foreign(what, id) : read;
        }

        var mark = new KeptMark(unit.Id.Name, parting.Snapshot, parts.Time.GetUtcNow());
        string[] properties = ["readonly=on", $"{Keys.Epoch}={unit.Epoch}", $"{Keys.Head}={Keys.Own}", $"{Keys.Kept}={mark.Text}"];
        var made = await creation.MakeContainerAsync(parts.Layout.Unit(id), properties, what, cancellation);
        return made.IsOk ? await parts.Units.ReadAsync(id, what, cancellation) : made.Fault;
    }

    private async Task<Outcome> MoveAsync(
        UnitState unit, UnitState kept, string name, string? snapshot, string what, CancellationToken cancellation)
    {
        var (here, aside) = (unit.Volume(name), kept.Volume(name));
        var (place, asidePlace) = ($"{unit.Dataset}/{name}", $"{kept.Dataset}/{name}");
        if (aside is null)
        {
            var dropped = await ClearAsync(here!, what, cancellation);
            string[] quietly = here!.Kind == VolumeKind.Filesystem ? ["-u"] : [];
            var renamed = dropped.IsOk
                ? (await parts.Tool.ChangeAsync(what, ["rename", .. quietly, place, asidePlace], cancellation)).WithoutValue()
                : dropped;
            if (!renamed.IsOk)
            {
                return renamed;
            }

            aside = here with { Dataset = asidePlace };
            here = null;
        }

        // Made since the two parted, or nothing is common: all of it is kept, and nothing is here.
        if (here is null && (snapshot is null || aside.Snapshot(snapshot) is null))
        {
            return Outcome.Done;
        }

        if (here is null)
        {
            var cloned = await cloning.MakeAsync(aside, snapshot!, place, what, cancellation);
            if (!cloned.IsOk)
            {
                return cloned;
            }
        }
        else if (here.Origin != $"{asidePlace}@{snapshot}")
        {
            return aside.Origin == $"{place}@{snapshot}" ? Outcome.Done : PartingFaults.Foreign(what, kept.Id);
        }

        return (await parts.Tool.ChangeAsync(what, ["promote", place], cancellation)).WithoutValue();
    }

    // What a stream had half brought is of the writer, not of this copy.
    private async Task<Outcome> ClearAsync(VolumeState volume, string what, CancellationToken cancellation)
    {
        if (volume.ResumeToken is null)
        {
            return Outcome.Done;
        }

        var discarded = await parts.Tool.ChangeAsync(what, ["receive", "-A", volume.Dataset], cancellation);
        return discarded.IsOk || discarded.Fault.Native?.Contains("does not have any resumable", StringComparison.Ordinal) == true
            ? Outcome.Done
            : discarded.Fault;
    }

    /// <summary>The last step takes the order off the unit: from then on it is a copy like any other.</summary>
    private async Task<Outcome> TidyAsync(UnitState before, Parting parting, string what, CancellationToken cancellation)
    {
        var read = await parts.Units.ReadAsync(new UnitId(before.Id.Backend, parting.KeepAs), what, cancellation);
        var released = read.IsOk ? await ReleaseAsync(read.Value, what, cancellation) : read.Fault;
        read = released.IsOk ? await parts.Units.ReadAsync(before.Id, what, cancellation) : released.Fault!;
        if (!read.IsOk)
        {
            return read.Fault;
        }

        // The unit's own dataset holds no files: its snapshots are only names, which would be in the way of new ones.
        var names = read.Value.Volumes.SelectMany(volume => volume.Snapshots).Select(point => point.Name).ToHashSet(StringComparer.Ordinal);
        var old = read.Value.OwnSnapshots.Where(name => !names.Contains(name)).ToList();
        var tidied = old.Count == 0
            ? Outcome.Done
            : (await parts.Tool.ChangeAsync(what, ["destroy", $"{before.Dataset}@{string.Join(',', old)}"], cancellation)).WithoutValue();
        var set = tidied.IsOk
            ? (await parts.Tool.ChangeAsync(what, ["set", $"{Keys.Head}={Keys.Received}", before.Dataset], cancellation)).WithoutValue()
            : tidied;
        var clean = set.IsOk && parting.Snapshot is { } snapshot
            ? await rollback.MarkCleanAsync(before.Id, snapshot, what, cancellation)
            : set;
        return clean.IsOk
            ? (await parts.Tool.ChangeAsync(what, ["inherit", Keys.Parting, before.Dataset], cancellation)).WithoutValue()
            : clean;
    }

    // Anchors of ours would keep an operator from deleting what is kept, and nothing starts there any more.
    private async Task<Outcome> ReleaseAsync(UnitState kept, string what, CancellationToken cancellation)
    {
        var held = kept.Volumes.SelectMany(volume => volume.Snapshots.Where(point => point.HoldCount > 0)
            .Select(point => $"{volume.Dataset}@{point.Name}")).ToList();
        var holds = await Holds.ReadAsync(parts.Tool, held, what, cancellation);
        return holds.IsOk ? await Anchors.ReleaseAllAsync(parts.Tool, holds.Value, what, cancellation) : holds.Fault;
    }
}
