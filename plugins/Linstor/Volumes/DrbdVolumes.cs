using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Volumes;

/// <summary>A resource's volumes under their numbers: "0", "1". They are made with drbdadm; creating one here adopts it.</summary>
internal sealed class DrbdVolumes(Parts parts, Adoption adoption) : IVolumes
{
    public async Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot adopt volume {spec.Id}";
        var resource = parts.Find(spec.Id.Unit);
        if (!resource.IsOk)
        {
            return resource.Fault;
        }

        if (Against(resource.Value, spec, grant, what) is { } wrong)
        {
            return wrong;
        }

        var there = await FindAsync(resource.Value, spec.Id, what, cancellation);
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (spec.Bytes != 0 && spec.Bytes != parts.Tool.Size(there.Value))
        {
            return new Fault(FaultCode.AlreadyExists, what, $"it has {parts.Tool.Size(there.Value)} bytes", "Leave the size out: the volume is as its resource was made.", Retry.Never);
        }

        await resource.Value.Gate.WaitAsync(cancellation);
        try
        {
            var adopted = await adoption.RunAsync(resource.Value, grant, what, cancellation);
            return adopted.IsOk ? await GetAsync(spec.Id, cancellation) : adopted.Fault;
        }
        finally
        {
            resource.Value.Gate.Release();
        }
    }

    public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) => Task.FromResult<Outcome<Volume>>(new Fault(
        FaultCode.Unsupported, $"cannot expand volume {volume}", "growing a resource is not there yet",
        $"Grow the disks below on both nodes, then 'drbdadm resize {volume.Unit.Name}' and the filesystem.", Retry.Never));

    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) => Task.FromResult<Outcome>(new Fault(
        FaultCode.Unsupported, $"cannot delete volume {volume}", "resources are made and removed with drbdadm",
        $"Take it out of the option 'resources', then 'drbdadm down {volume.Unit.Name}' and 'drbdadm wipe-md' on both nodes.", Retry.Never));

    public async Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot look at volume {volume}";
        var resource = parts.Find(volume.Unit);
        if (!resource.IsOk)
        {
            return resource.Fault;
        }

        var state = await parts.Tool.FindAsync(resource.Value.Name, what, cancellation);
        return !state.IsOk ? state.Fault
            : Listed(resource.Value, state.Value).FirstOrDefault(found => found.Id == volume) is { } there ? there
            : NotThere(what);
    }

    public async Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation)
    {
        var states = await parts.Tool.DumpAsync($"cannot list the volumes of backend {parts.Context.Id}", cancellation);
        return states.Map<IReadOnlyList<Volume>>(all => [.. parts.Resources.SelectMany(resource => Listed(resource, all.GetValueOrDefault(resource.Name)))]);
    }

    /// <summary>Why a volume of this kind cannot be had under this grant; null: it can.</summary>
    public Fault? Against(Resource resource, VolumeSpec spec, WriteGrant grant, string what) => Against(resource, grant, what) ?? CheckSpec(resource, spec, what);

    /// <summary>Why nothing may be changed under this grant; null: it may.</summary>
    public Fault? Against(Resource resource, WriteGrant grant, string what)
    {
        if (grant.Unit != resource.Unit || grant.Holder != parts.Self)
        {
            return new Fault(FaultCode.NotWriter, what, $"the grant is for {grant.Unit} on {grant.Holder}", "Ask for a grant for this unit on this node.", Retry.Never);
        }

        var seen = resource.Epochs.Read();
        return !seen.IsOk ? seen.Fault : grant.Epoch < seen.Value ? GrantCheck.Stale(grant.Epoch, seen.Value, what) : null;
    }

    private IEnumerable<Volume> Listed(Resource resource, ResourceState? state) => (state?.Volumes ?? []).Select(volume => new Volume(
        new VolumeId(resource.Unit, Name(volume)), resource.Kind, parts.Tool.Size(volume) ?? 0, null,
        state is not { IsPrimary: true } ? null : resource.Kind == VolumeKind.Block ? parts.Tool.Device(volume) : MountedAt(resource, volume)));

    private string? MountedAt(Resource resource, VolumeState volume)
    {
        var folder = parts.Mounts.Folder(resource.Name, volume);
        return parts.Mounts.Points(volume) is { IsOk: true } points && points.Value.Contains(folder, StringComparer.Ordinal) ? folder : null;
    }

    private async Task<Outcome<VolumeState>> FindAsync(Resource resource, VolumeId volume, string what, CancellationToken cancellation)
    {
        var state = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        return !state.IsOk ? state.Fault
            : state.Value?.Volumes.FirstOrDefault(found => Name(found) == volume.Name) is { } there ? there
            : NotThere(what);
    }

    private static string Name(VolumeState volume) => volume.Number.ToString(CultureInfo.InvariantCulture);

    private static Fault NotThere(string what) => new(
        FaultCode.NotFound, what, "the kernel has no such volume; volumes are called by their number in the resource",
        "Make the resource on both nodes with drbdadm (create-md, up) first; see 'drbdadm status'.", Retry.AfterLook);

    private static Fault? CheckSpec(Resource resource, VolumeSpec spec, string what) =>
        spec.Kind != resource.Kind ? new Fault(FaultCode.InvalidArgument, what, $"option 'resources' says that {resource.Name} is a {resource.Kind}", "Say the same here and there.", Retry.Never)
        : spec.Profile.Length > 0 || spec.Properties.Count > 0 ? new Fault(FaultCode.Unsupported, what, "this backend has no profiles and takes no properties", "Leave them out.", Retry.Never)
        : null;
}
