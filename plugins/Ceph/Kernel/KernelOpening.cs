using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>
/// A change of writer to this node's kernel: the epoch is stored, everybody else shut out, each image mapped by an instance
/// of its own, the instances told in the index, and only then is the unit said to be open. Whoever maps and dies before
/// the index knows has handed out nothing, and is found by its watch or by <see cref="KernelUpkeep"/>.
/// </summary>
internal sealed class KernelOpening(KernelParts parts, WriteGrant grant, string what)
{
    private const int MostMaps = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly UnitGate gate = parts.Gate;
    private readonly string unit = grant.Unit.Name;

    /// <summary>Opens a unit that is not open here.</summary>
    public async Task<Outcome<RoleReport>> RunAsync(UnitTurn turn, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var claimed = await turn.StepAsync(what, (c, e) => Claim(c, e, progress, cancellation), cancellation);
        if (!claimed.IsOk)
        {
            return claimed.Fault;
        }

        var claim = claimed.Value;
        var isKept = false;
        try
        {
            var cleared = await ClearAsync(claim, cancellation);
            var devices = cleared.IsOk ? await MapAllAsync(claim, progress, cancellation) : cleared.Fault;
            if (!devices.IsOk)
            {
                return devices.Fault;
            }

            var told = await turn.StepAsync(what, (_, _) => Tell(claim, devices.Value), cancellation);
            isKept = told.IsOk;
            if (!told.IsOk)
            {
                await GiveBackAsync(devices.Value, cancellation);
            }

            return told.Map(_ => new RoleReport(grant.Unit, Role.Writer, grant.Epoch, $"open on {grant.Holder}"));
        }
        finally
        {
            if (!isKept)
            {
                gate.Close(claim.Held);
            }
        }
    }

    /// <summary>Maps a volume that was made just now, and tells the index. Nobody else has ever had it.</summary>
    public async Task<Outcome> AddAsync(UnitTurn turn, string volume, CancellationToken cancellation)
    {
        var seen = await turn.StepAsync(
            what, (c, e) => parts.Fsid(c, what) is { IsOk: true, Value: var fsid } ? parts.Devices(fsid, unit, what).Map(all => (Fsid: fsid, IsThere: parts.Current(e, all).Any(d => d.Volume == volume))) : parts.Fsid(c, what).Fault!, cancellation);
        if (!seen.IsOk || seen.Value.IsThere)
        {
            return seen.WithoutValue();
        }

        var mapped = await parts.Tool.MapAsync(seen.Value.Fsid, unit, volume, what, cancellation);
        if (!mapped.IsOk)
        {
            return mapped.Fault;
        }

        var told = await turn.StepAsync(what, (_, e) => Enlist(e, mapped.Value), cancellation);
        if (!told.IsOk)
        {
            await GiveBackAsync([mapped.Value], cancellation);
        }

        return told.WithoutValue();
    }

    private Outcome<KernelClaim> Claim(Connection connection, UnitEntries entries, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var fsid = parts.Fsid(connection, what);
        var leftover = fsid.IsOk ? parts.Devices(fsid.Value, unit, what) : fsid.Fault;
        if (!leftover.IsOk)
        {
            return leftover.Fault;
        }

        var volumes = entries.Made.ToList();
        foreach (var volume in volumes)
        {
            if (Unfit(connection, volume) is { } unfit)
            {
                return unfit;
            }
        }

        var promotion = new Promotion(gate, connection, grant.Unit, grant, what);
        var held = promotion.Claim(entries, leftover.Value.Select(device => device.Address), progress, cancellation);
        if (!held.IsOk)
        {
            return held.Fault;
        }

        var epoch = MapEpoch(connection);
        if (epoch.IsOk)
        {
            return new KernelClaim(promotion, held.Value, volumes, epoch.Value, fsid.Value);
        }

        held.Value.Dispose();
        return epoch.Fault;
    }

    private Fault? Unfit(Connection connection, string volume)
    {
        var image = ImageCalls.Open(connection.Io, Keys.Image(unit, volume), null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            var hasLock = ImageCalls.HasLock(image.Value, what);
            return hasLock.IsOk && hasLock.Value
                ? new Fault(
                    FaultCode.PreconditionFailed, what, $"{Keys.Image(unit, volume)} was made for 'open: library': it has a lock that clients pass among each other",
                    $"Take it away: rbd feature disable {gate.Options.Pool}/{Keys.Image(unit, volume)} fast-diff object-map exclusive-lock.", Retry.AfterFix)
                : hasLock.Fault;
        }
    }

    // The newest: asked of monitors that agree, after the entries of who is shut out were made.
    private Outcome<long> MapEpoch(Connection connection)
    {
        var told = connection.Command(new JsonObject { ["prefix"] = "osd stat" }, what);
        return !told.IsOk ? told.Fault
            : told.Value?["epoch"]?.GetValue<long>() is { } epoch ? epoch
            : new Fault(FaultCode.Unparseable, what, "the cluster does not tell the number of its map", "See which Ceph runs: ceph versions.", Retry.Never);
    }

    // What an earlier stay left mapped was shut out with everybody else.
    private async Task<Outcome> ClearAsync(KernelClaim claim, CancellationToken cancellation)
    {
        var left = parts.Devices(claim.Fsid, unit, what);
        foreach (var device in left.IsOk ? left.Value : [])
        {
            var gone = await parts.Tool.UnmountAsync(device, what, cancellation);
            gone = gone.IsOk ? await parts.Tool.UnmapAsync(device, isShutOut: true, what, cancellation) : gone;
            if (!gone.IsOk)
            {
                return gone;
            }
        }

        return left.WithoutValue();
    }

    private async Task<Outcome<IReadOnlyList<KernelDevice>>> MapAllAsync(KernelClaim claim, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var devices = new List<KernelDevice>();
        foreach (var volume in claim.Volumes)
        {
            progress?.Report(new OperationProgress("mapping " + volume, null, null, CanCancel: false));
            var mapped = await MapAsync(claim, volume, cancellation);
            if (!mapped.IsOk)
            {
                await GiveBackAsync(devices, cancellation);
                return mapped.Fault;
            }

            devices.Add(mapped.Value);
        }

        return devices;
    }

    // A client of the kernel begins with the map of the monitor that it asks, and that one may lag. With an older map it
    // could read from a disk that still takes the old writer's writes.
    private async Task<Outcome<KernelDevice>> MapAsync(KernelClaim claim, string volume, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var mapped = await parts.Tool.MapAsync(claim.Fsid, unit, volume, what, cancellation);
            if (!mapped.IsOk)
            {
                return mapped;
            }

            var epoch = parts.Map.Epoch(mapped.Value);
            if (epoch >= claim.Epoch)
            {
                return mapped;
            }

            await GiveBackAsync([mapped.Value], cancellation);
            if (epoch is null || tries >= MostMaps)
            {
                return new Fault(
                    epoch is null ? FaultCode.Unsupported : FaultCode.ControlPlaneUnavailable, what,
                    epoch is null ? "the kernel does not tell which map of the cluster its client has" : $"the kernel's client has map {epoch}, and map {claim.Epoch} shuts the old writer out",
                    epoch is null ? "Mount debugfs: systemctl start sys-kernel-debug.mount." : "Look at the monitors: ceph -s.", Retry.Later);
            }

            await Task.Delay(Pause, gate.Context.Time, cancellation);
        }
    }

    private Outcome<bool> Tell(KernelClaim claim, IReadOnlyList<KernelDevice> devices)
    {
        // The instances first: the index is changed only if nobody was promoted meanwhile.
        var wrong = claim.Promotion.Enlist(claim.Held, devices.Select(device => device.Address)) ?? claim.Promotion.Attach(claim.Held, claim.Volumes);
        if (wrong is not null)
        {
            return wrong;
        }

        gate.Held[unit] = claim.Held;
        return true;
    }

    private Outcome<bool> Enlist(UnitEntries entries, KernelDevice device)
    {
        if (gate.CheckWriter(grant, grant.Unit, entries, what, out var held) is { } refused)
        {
            return refused;
        }

        var key = Keys.Unit(unit);
        var next = entries.Unit!.Record with { Clients = [.. entries.Unit.Record.Clients, device.Address] };
        var told = gate.Index.Change(held!.Connection.Io, [new IndexEntry(key, entries.Unit.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what);
        return told.IsOk ? true : told.Fault;
    }

    // Nothing was handed out, so nothing uses them; what stays all the same is found by the upkeep.
    private async Task GiveBackAsync(IReadOnlyList<KernelDevice> devices, CancellationToken cancellation)
    {
        foreach (var device in devices)
        {
            var gone = await parts.Tool.UnmapAsync(device, isShutOut: false, what, cancellation);
            if (!gone.IsOk)
            {
                gate.Context.Log.Write(Severity.Warning, gone.Fault!.ToString());
            }
        }
    }
}
