using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Volumes;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>Volumes that LINSTOR makes, grows and deletes. What is there is told by the kernel, whether a controller answers or not.</summary>
internal sealed class ProvisionedVolumes(ControllerParts parts, DrbdVolumes drbd, ControllerWatch watch) : IVolumes
{
    private readonly Spawning spawning = new(parts);
    private readonly Growing growing = new(parts, new GrownFilesystem(parts.Drbd));
    private readonly Removing removing = new(parts);

    public async Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make volume {spec.Id}";
        var resource = parts.Drbd.Find(spec.Id.Unit);
        if ((resource.Fault ?? drbd.Against(resource.Value, spec, grant, what)) is { } wrong)
        {
            return wrong;
        }

        var there = await parts.Drbd.Tool.FindAsync(resource.Value.Name, what, cancellation);
        if (!there.IsOk)
        {
            return there.Fault;
        }

        // Adopting what the kernel has needs no controller.
        var isCopied = there.Value?.Volumes.Any(volume => volume.Replication.Contains("Sync", StringComparison.Ordinal)) ?? false;
        var made = there.Value is null ? await spawning.RunAsync(resource.Value, spec, what, cancellation)
            : isCopied ? await parts.Arrival.WholeAsync(resource.Value.Name, what, cancellation)
            : Outcome.Done;
        if (!made.IsOk)
        {
            return made.Fault;
        }

        var sized = await SizedAsync(spec, cancellation);
        return sized.IsOk ? await drbd.CreateAsync(spec with { Bytes = 0 }, grant, cancellation) : sized.Fault;
    }

    public async Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot expand volume {volume}";
        var resource = parts.Drbd.Find(volume.Unit);
        if ((resource.Fault ?? drbd.Against(resource.Value, grant, what)) is { } wrong)
        {
            return wrong;
        }

        if (bytes <= 0 || Number(volume) is not { } number)
        {
            return bytes <= 0 ? new Fault(FaultCode.OutOfRange, what, "a size is a positive number of bytes", "Say the size.", Retry.Never) : NoVolume(what);
        }

        var grown = await growing.RunAsync(resource.Value, number, bytes, what, cancellation);
        return grown.IsOk ? await drbd.GetAsync(volume, cancellation) : grown.Fault;
    }

    public async Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot delete volume {volume}";
        var resource = parts.Drbd.Find(volume.Unit);
        return !resource.IsOk ? resource.Fault
            : Number(volume) is { } number ? await removing.RunAsync(resource.Value, number, what, cancellation)
            : Outcome.Done;
    }

    public async Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) => (await drbd.GetAsync(volume, cancellation)).Map(watch.WithUse);

    // No controller is waited for: what it told last is added to what the kernel has.
    public async Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) =>
        (await drbd.ListAsync(cancellation)).Map<IReadOnlyList<Volume>>(volumes => [.. volumes.Select(watch.WithUse)]);

    private async Task<Outcome> SizedAsync(VolumeSpec spec, CancellationToken cancellation)
    {
        var there = await drbd.GetAsync(spec.Id, cancellation);
        return !there.IsOk ? there.Fault
            : spec.Bytes == 0 || Sizes.IsRounded(spec.Bytes, there.Value.Bytes) ? Outcome.Done
            : new Fault(
                FaultCode.AlreadyExists, $"cannot make volume {spec.Id}", $"it has {Sizes.Text(there.Value.Bytes)} bytes", "Leave the size out, or expand it afterwards.", Retry.Never);
    }

    private static int? Number(VolumeId volume) => ushort.TryParse(volume.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Fault NoVolume(string what) => new(FaultCode.NotFound, what, "volumes are called by their number in the resource", "Look with 'nodeagent volume list'.", Retry.AfterLook);
}
