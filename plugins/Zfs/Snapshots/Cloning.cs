using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Tool;
using NodeAgent.Plugins.ZfsBackend.Volumes;

namespace NodeAgent.Plugins.ZfsBackend.Snapshots;

/// <summary>A new unit from a snapshot: one "zfs clone" a volume. Cut off half way, asking again goes on.</summary>
internal sealed class Cloning(Parts parts, Mounts mounts)
{
    private readonly Creation creation = new(parts);

    public async Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot clone {snapshot} to unit {clone}";
        if ((parts.Layout.Check(snapshot) ?? parts.Layout.Check(clone) ?? Grants.Check(grant, clone, parts.Node, what)) is { } wrong)
        {
            return wrong;
        }

        var source = await parts.Units.ReadAsync(snapshot.Unit, what, cancellation);
        var target = source.IsOk ? await parts.Units.ReadAsync(clone, what, cancellation) : source;
        if (!target.IsOk)
        {
            return target.Fault;
        }

        if (!source.Value.CompleteSnapshots().Contains(snapshot.Name))
        {
            return new Fault(FaultCode.NotFound, what, "there is no such complete snapshot on this node", "See 'nodeagent snapshot list' for what there is.", Retry.AfterLook);
        }

        return (target.Value.CheckMade(what) ?? Grants.CheckWriter(grant, target.Value, parts.Node, what) ?? Foreign(target.Value, source.Value, snapshot.Name, what)) is { } refused
            ? refused
            : await MakeAsync(source.Value, target.Value, snapshot.Name, grant.Epoch, what, cancellation);
    }

    private async Task<Outcome> MakeAsync(
        UnitState source, UnitState target, string snapshot, Epoch epoch, string what, CancellationToken cancellation)
    {
        if (!target.Exists)
        {
            var unit = await creation.MakeUnitAsync(target.Dataset, epoch, Keys.Own, what, cancellation);
            if (!unit.IsOk)
            {
                return unit;
            }
        }

        foreach (var name in source.Covered(snapshot).Where(name => target.Volume(name) is null))
        {
            var made = await MakeAsync(source.Volume(name)!, snapshot, $"{target.Dataset}/{name}", what, cancellation);
            if (!made.IsOk)
            {
                return made;
            }
        }

        var state = await parts.Units.ReadAsync(target.Id, what, cancellation);
        return state.IsOk ? await mounts.MountAsync(state.Value, what, cancellation) : state.Fault;
    }

    // A clone inherits from its new place, not from where it was cloned: its properties are handed over.
    public async Task<Outcome> MakeAsync(VolumeState source, string snapshot, string target, string what, CancellationToken cancellation)
    {
        var names = string.Join(',', Profiles.TakenOver(source.Kind));
        var output = await parts.Tool.LookAsync(what, "zfs", ["list", "-j", "-p", "-o", names, source.Dataset], cancellation);
        var rows = output.IsOk ? DatasetListing.Parse(what, output.Value) : output.Fault;
        if (!rows.IsOk)
        {
            return rows.Fault;
        }

        if (rows.Value.Count != 1)
        {
            return ToolFaults.Unparseable(what, $"'zfs list' tells of {rows.Value.Count} datasets where one was asked for");
        }

        var properties = rows.Value[0].Properties.OrderBy(property => property.Key, StringComparer.Ordinal)
            .Select(property => $"{property.Key}={property.Value}");
        if (source.Kind == VolumeKind.Filesystem)
        {
            properties = properties.Append("canmount=noauto")
                .Append($"refquota={(source.Bytes == 0 ? "none" : source.Bytes.ToString(CultureInfo.InvariantCulture))}");
        }

        if (source.Profile.Length > 0)
        {
            properties = properties.Append($"{Keys.Profile}={source.Profile}");
        }

        return (await parts.Tool.ChangeAsync(
            what,
            ["clone", .. properties.SelectMany(property => new[] { "-o", property }), $"{source.Dataset}@{snapshot}", target],
            cancellation)).WithoutValue();
    }

    private static Fault? Foreign(UnitState target, UnitState source, string snapshot, string what)
    {
        var foreign = target.Volumes.FirstOrDefault(volume =>
            source.Volume(volume.Name) is not { } original || volume.Origin != $"{original.Dataset}@{snapshot}");
        return foreign is null
            ? null
            : new Fault(
                FaultCode.AlreadyExists,
                what,
                $"unit {target.Id} exists and its volume {foreign.Name} is not this clone",
                "Choose another name.",
                Retry.Never);
    }
}
