using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Volumes;

/// <summary>Volumes are datasets of the pool. They can be looked at only where the pool is imported.</summary>
internal sealed class MirrorVolumes(Parts parts, Building building, FreezeWatch watch) : IVolumes
{
    private const long Granule = 64 * 1024;

    public async Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot create volume {spec.Id}";
        if ((Check(spec.Id) ?? CheckGrant(grant, what) ?? CheckSize(spec.Kind, spec.Bytes, what) ?? CheckSpec(spec, what)) is { } wrong)
        {
            return wrong;
        }

        return await watch.HoldAsync(
            async () => await building.EnsureAsync(grant, what, cancellation) is { IsOk: false } failed ? failed.Fault
                : await UnopenedAsync(what, cancellation) ?? await MakeAsync(spec, what, cancellation),
            cancellation);
    }

    public async Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot expand volume {volume}";
        if ((Check(volume) ?? CheckGrant(grant, what)) is { } wrong)
        {
            return wrong;
        }

        var row = await FindAsync(volume, what, cancellation);
        if (!row.IsOk)
        {
            return row.Fault;
        }

        var isSmaller = row.Value.Kind == VolumeKind.Filesystem
            ? (bytes == 0 ? long.MaxValue : bytes) < (row.Value.Bytes == 0 ? long.MaxValue : row.Value.Bytes)
            : bytes < row.Value.Bytes;
        if (isSmaller || CheckSize(row.Value.Kind, bytes, what) is not null)
        {
            return CheckSize(row.Value.Kind, bytes, what)
                ?? new Fault(FaultCode.OutOfRange, what, $"it has {row.Value.Bytes} bytes already and volumes never shrink", "Make a smaller volume and copy.", Retry.Never);
        }

        if (await UnopenedAsync(what, cancellation) is { } unopened)
        {
            return unopened;
        }

        var property = row.Value.Kind == VolumeKind.Block ? "volsize" : "refquota";
        var set = bytes == row.Value.Bytes ? "" : await parts.Tool.ChangeAsync(what, "zfs", ["set", $"{property}={(bytes == 0 ? "none" : Text(bytes))}", row.Value.Dataset], cancellation);
        return set.IsOk ? await GetAsync(volume, cancellation) : set.Fault;
    }

    public async Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot delete volume {volume}";
        if (Check(volume) is { } wrong)
        {
            return wrong;
        }

        var row = await FindAsync(volume, what, cancellation);
        return row.IsOk ? await UnopenedAsync(what, cancellation) ?? (await parts.Tool.ChangeAsync(what, "zfs", ["destroy", "-r", row.Value.Dataset], cancellation)).WithoutValue()
            : row.Fault.Code == FaultCode.NotFound ? Outcome.Done
            : row.Fault;
    }

    public async Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot look at volume {volume}";
        var row = Check(volume) is { } wrong ? wrong : await FindAsync(volume, what, cancellation);
        return row.Map(found => found.ToVolume(parts.Unit));
    }

    public async Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation)
    {
        // Elsewhere imported or not built yet: no volume can be used here.
        var rows = parts.Tool.IsImported
            ? await DatasetRows.ReadAsync(parts.Tool, parts.Options.Pool, $"cannot list the volumes of backend {parts.Context.Id}", cancellation)
            : new Outcome<IReadOnlyList<DatasetRow>>([]);
        return rows.Map<IReadOnlyList<Volume>>(all => [.. all.Select(row => row.ToVolume(parts.Unit))]);
    }

    private async Task<Outcome<Volume>> MakeAsync(VolumeSpec spec, string what, CancellationToken cancellation)
    {
        var there = await FindAsync(spec.Id, what, cancellation);
        if (there.IsOk)
        {
            return there.Value.Kind == spec.Kind && there.Value.Bytes == spec.Bytes
                ? there.Value.ToVolume(parts.Unit)
                : new Fault(FaultCode.AlreadyExists, what, $"it exists as a {there.Value.Kind} of {there.Value.Bytes} bytes", "Choose another name, or expand it.", Retry.Never);
        }

        if (there.Fault.Code != FaultCode.NotFound)
        {
            return there.Fault;
        }

        var dataset = $"{parts.Options.Pool}/{spec.Id.Name}";
        string[] arguments = spec.Kind == VolumeKind.Block
            ? ["create", "-s", "-V", Text(spec.Bytes), dataset]
            : ["create", "-o", "canmount=noauto", "-o", $"refquota={(spec.Bytes == 0 ? "none" : Text(spec.Bytes))}", dataset];
        var made = await parts.Tool.ChangeAsync(what, "zfs", arguments, cancellation);
        var mounted = made.IsOk && spec.Kind == VolumeKind.Filesystem ? await parts.Tool.ChangeAsync(what, "zfs", ["mount", dataset], cancellation) : made;
        return mounted.IsOk ? await GetAsync(spec.Id, cancellation) : mounted.Fault;
    }

    /// <summary>Until the claim of an imported pool has opened it, the other node may still claim it in turn: what is done here would be lost.</summary>
    private async Task<Fault?> UnopenedAsync(string what, CancellationToken cancellation)
    {
        var seen = await parts.Book.ReadAsync(what, cancellation);
        return !seen.IsOk ? seen.Fault
            : seen.Value.Certificate?.Before is null ? null
            : new Fault(FaultCode.Busy, what, "the pool was taken and is not open yet", "Wait until the promotion has ended.", Retry.Later);
    }

    private async Task<Outcome<DatasetRow>> FindAsync(VolumeId volume, string what, CancellationToken cancellation)
    {
        if (!parts.Tool.IsImported)
        {
            return new Fault(FaultCode.NotWriter, what, "the pool is not imported on this node", "Do it on the writer.", Retry.AfterLook);
        }

        var rows = await DatasetRows.ReadAsync(parts.Tool, parts.Options.Pool, what, cancellation);
        return !rows.IsOk ? rows.Fault
            : rows.Value.FirstOrDefault(row => row.Name == volume.Name) is { } found ? found
            : new Fault(FaultCode.NotFound, what, "there is no such volume", "See 'nodeagent volume list'.", Retry.AfterLook);
    }

    private Fault? Check(VolumeId volume) => parts.Check(volume.Unit) ?? (Contract.Names.IsValid(volume.Name) ? null : Contract.Names.Invalid("volume", volume.Name));

    private Fault? CheckGrant(WriteGrant grant, string what)
    {
        if (parts.Check(grant, what) is { } wrong)
        {
            return wrong;
        }

        var seen = parts.Epochs.Read();
        return !seen.IsOk ? seen.Fault : grant.Epoch < seen.Value ? GrantCheck.Stale(grant.Epoch, seen.Value, what) : null;
    }

    private static Fault? CheckSpec(VolumeSpec spec, string what) => spec.Profile.Length == 0 && spec.Properties.Count == 0
        ? null
        : new Fault(FaultCode.Unsupported, what, "this backend has no profiles and takes no properties yet", "Leave them out.", Retry.Never);

    private static Fault? CheckSize(VolumeKind kind, long bytes, string what)
    {
        var why = bytes < 0 || bytes > 1L << 50 ? $"{bytes} bytes is outside what is possible"
            : kind == VolumeKind.Block && bytes == 0 ? "a block volume needs a size"
            : kind == VolumeKind.Block && bytes % Granule != 0 ? $"the size of a block volume is a multiple of {Granule} bytes"
            : null;
        return why is null ? null : new Fault(FaultCode.OutOfRange, what, why, "Choose another size.", Retry.Never);
    }

    private static string Text(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);
}
