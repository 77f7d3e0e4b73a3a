using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend.Volumes;

/// <summary>Volumes are datasets below the unit's: filesystems with a refquota, or sparse zvols.</summary>
internal sealed class ZfsVolumes(Parts parts, Mounts mounts) : IVolumes
{
    // ZFS rounds nothing by itself: a zvol is a multiple of its block size; the largest a profile uses is 64 KiB.
    private const long Granule = 64 * 1024;
    private const long MaxBytes = 1L << 50;
    private readonly Creation creation = new(parts);
    private readonly Deletion deletion = new(parts, mounts);

    public async Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot create volume {spec.Id}";
        if ((parts.Layout.Check(spec.Id) ?? Grants.Check(grant, spec.Id.Unit, parts.Node, what) ?? CheckSize(spec.Kind, spec.Bytes, what)) is { } wrong)
        {
            return wrong;
        }

        var properties = Profiles.PropertiesOf(spec, what);
        if (!properties.IsOk)
        {
            return properties.Fault;
        }

        var read = await parts.Units.ReadAsync(spec.Id.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var unit = read.Value;
        if (Grants.CheckWriter(grant, unit, parts.Node, what) is { } refused)
        {
            return refused;
        }

        if (unit.Volume(spec.Id.Name) is { } there && Differs(there, spec, what) is { } differs)
        {
            return differs;
        }

        if (unit.Volume(spec.Id.Name) is null)
        {
            var made = await creation.MakeAsync(unit, spec, properties.Value, grant.Epoch, what, cancellation);
            if (!made.IsOk)
            {
                return made.Fault;
            }
        }

        return await MountedAsync(spec.Id, what, cancellation);
    }

    public async Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot expand volume {volume}";
        if ((parts.Layout.Check(volume) ?? Grants.Check(grant, volume.Unit, parts.Node, what)) is { } wrong)
        {
            return wrong;
        }

        var found = await FindAsync(volume, what, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        var (unit, state) = found.Value;
        if ((Grants.CheckWriter(grant, unit, parts.Node, what) ?? CheckSize(state.Kind, bytes, what) ?? CheckGrowth(state, bytes, what)) is { } refused)
        {
            return refused;
        }

        if (bytes == state.Bytes)
        {
            return ToVolume(volume.Unit, state);
        }

        var property = state.Kind == VolumeKind.Block ? "volsize" : "refquota";
        var value = bytes == 0 ? "none" : bytes.ToString(CultureInfo.InvariantCulture);
        var set = await parts.Tool.ChangeAsync(what, ["set", $"{property}={value}", state.Dataset], cancellation);
        return set.IsOk ? await GetAsync(volume, what, cancellation) : set.Fault;
    }

    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) => deletion.DeleteAsync(volume, cancellation);

    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) =>
        GetAsync(volume, $"cannot look at volume {volume}", cancellation);

    public async Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation)
    {
        var units = await parts.Units.ListAsync($"cannot list the volumes of backend {parts.Layout.Backend}", cancellation);
        return units.Map<IReadOnlyList<Volume>>(all =>
            [.. all.SelectMany(unit => unit.Volumes.Select(volume => ToVolume(unit.Id, volume)))]);
    }

    private async Task<Outcome<Volume>> GetAsync(VolumeId volume, string what, CancellationToken cancellation)
    {
        if (parts.Layout.Check(volume) is { } wrong)
        {
            return wrong;
        }

        var found = await FindAsync(volume, what, cancellation);
        return found.Map(pair => ToVolume(volume.Unit, pair.Volume));
    }

    private async Task<Outcome<Volume>> MountedAsync(VolumeId id, string what, CancellationToken cancellation)
    {
        var found = await FindAsync(id, what, cancellation);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        if (found.Value.Volume is not { Kind: VolumeKind.Filesystem, Mounted: false })
        {
            return ToVolume(id.Unit, found.Value.Volume);
        }

        var mounted = await mounts.MountAsync(found.Value.Unit, what, cancellation);
        return mounted.IsOk ? await GetAsync(id, what, cancellation) : mounted.Fault;
    }

    private async Task<Outcome<(UnitState Unit, VolumeState Volume)>> FindAsync(VolumeId id, string what, CancellationToken cancellation)
    {
        var unit = await parts.Units.ReadAsync(id.Unit, what, cancellation);
        if (!unit.IsOk)
        {
            return unit.Fault;
        }

        return unit.Value.Volume(id.Name) is { } volume
            ? (unit.Value, volume)
            : new Fault(FaultCode.NotFound, what, "there is no such volume on this node", "See 'nodeagent volume list' for what there is.", Retry.AfterLook);
    }

    private static Volume ToVolume(UnitId unit, VolumeState state) => new(
        new VolumeId(unit, state.Name),
        state.Kind,
        state.Bytes,
        state.Used,
        state.Kind == VolumeKind.Block ? state.Device : state.Mounted ? state.Mountpoint : null);

    private static Fault? Differs(VolumeState there, VolumeSpec spec, string what) =>
        there.Kind == spec.Kind && there.Bytes == spec.Bytes
            ? null
            : new Fault(
                FaultCode.AlreadyExists,
                what,
                $"it exists as a {there.Kind} of {there.Bytes} bytes",
                "Choose another name, or expand the volume.",
                Retry.Never);

    private static Fault? CheckSize(VolumeKind kind, long bytes, string what)
    {
        var why = bytes < 0 || bytes > MaxBytes ? $"{bytes} bytes is outside what is possible"
            : kind == VolumeKind.Block && bytes == 0 ? "a block volume needs a size"
            : kind == VolumeKind.Block && bytes % Granule != 0 ? $"the size of a block volume is a multiple of {Granule} bytes"
            : null;
        return why is null ? null : new Fault(FaultCode.OutOfRange, what, why, $"Choose a size up to {MaxBytes} bytes.", Retry.Never);
    }

    // A quota of 0 is no quota: larger than any.
    private static Fault? CheckGrowth(VolumeState state, long bytes, string what)
    {
        var now = state is { Kind: VolumeKind.Filesystem, Bytes: 0 } ? long.MaxValue : state.Bytes;
        var wanted = state.Kind == VolumeKind.Filesystem && bytes == 0 ? long.MaxValue : bytes;
        return wanted >= now
            ? null
            : new Fault(FaultCode.OutOfRange, what, $"it has {state.Bytes} bytes already and volumes never shrink", "Make a smaller volume and copy.", Retry.Never);
    }
}
