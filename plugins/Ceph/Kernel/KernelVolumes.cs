using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Volumes;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Volumes whose writer is the kernel: made, then mapped; unmapped, then deleted.</summary>
internal sealed class KernelVolumes(KernelParts parts, CephVolumes images) : IVolumes
{
    private readonly UnitGate gate = parts.Gate;

    /// <inheritdoc/>
    public async Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot create {spec.Id}";
        var made = await images.CreateAsync(spec, grant, cancellation);
        if (!made.IsOk)
        {
            return made;
        }

        var opened = await gate.TurnAsync(
            spec.Id.Unit, what,
            async turn =>
            {
                var added = await new KernelAddition(parts, spec.Id.Unit, what).RunAsync(turn, spec.Id.Name, cancellation);
                return added.IsOk ? CephVolumes.Describe(gate, spec.Id, made.Value.Bytes) : new Outcome<Volume>(added.Fault!);
            },
            cancellation);
        return opened;
    }

    /// <inheritdoc/>
    public async Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var grown = await images.ExpandAsync(volume, bytes, grant, cancellation);
        var refreshed = grown.IsOk ? Refresh(volume.Unit, $"cannot grow {volume}") : Outcome.Done;
        return refreshed.IsOk ? grown : refreshed.Fault!;
    }

    /// <inheritdoc/>
    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) =>
        parts.WhileDeletingAsync(volume, () => CloseAndDeleteAsync(volume, cancellation));

    private async Task<Outcome> CloseAndDeleteAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot delete {volume}";
        var deletion = new Deletion(gate, volume, what);
        var isPutBack = false;
        var closed = await gate.TurnAsync(
            volume.Unit, what,
            async turn =>
            {
                var devices = await turn.StepAsync(
                    what, (c, e) => e.Unit is not null && deletion.Refused(e) is { } refused ? refused : parts.Fsid(c, what) is { IsOk: true, Value: var fsid } ? parts.Devices(fsid, volume.Unit.Name, what) : parts.Fsid(c, what).Fault!, cancellation);
                var gone = devices.WithoutValue();
                foreach (var device in devices.IsOk ? devices.Value.Where(device => device.Volume == volume.Name) : [])
                {
                    gone = await parts.Tool.UnmapAsync(device, isShutOut: false, what, cancellation);
                    isPutBack |= gone.IsOk;
                }

                return gone.IsOk ? true : new Outcome<bool>(gone.Fault!);
            },
            cancellation);
        var deleted = closed.IsOk ? await deletion.RunAsync(cancellation) : closed.WithoutValue();
        // One that was given up at its deadline may still come to its end.
        if (deleted.Fault is { Code: not FaultCode.TimedOut } && isPutBack)
        {
            await PutBackAsync(volume, what);
        }

        return deleted;
    }

    // It is still there, so it is as open as it was. If that fails, the unit's role tells, and the upkeep maps it.
    private async Task PutBackAsync(VolumeId volume, string what)
    {
        var mapped = await gate.TurnAsync(
            volume.Unit, what,
            async turn => await new KernelAddition(parts, volume.Unit, what).RunAsync(turn, volume.Name, CancellationToken.None) is { IsOk: false } wrong ? wrong.Fault! : new Outcome<bool>(true),
            CancellationToken.None);
        if (!mapped.IsOk)
        {
            gate.Context.Log.Write(Severity.Warning, $"{volume} is not mapped any more: {mapped.Fault}");
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) => images.GetAsync(volume, cancellation);

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) => images.ListAsync(cancellation);

    /// <summary>Has the kernel read the headers of a unit's images anew.</summary>
    public Outcome Refresh(UnitId unit, string what)
    {
        var devices = parts.KnownFsid is { } fsid ? parts.Devices(fsid, unit.Name, what) : new Outcome<IReadOnlyList<KernelDevice>>([]);
        return !devices.IsOk ? devices.Fault
            : devices.Value.Select(device => parts.Map.Refresh(device, what)).FirstOrDefault(done => !done.IsOk) is { IsOk: false } wrong ? wrong
            : Outcome.Done;
    }
}
