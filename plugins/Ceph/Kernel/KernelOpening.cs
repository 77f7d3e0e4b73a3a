using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
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
    private readonly UnitGate gate = parts.Gate;
    private readonly KernelAddition adding = new(parts, grant.Unit, what);
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
                await adding.GiveBackAsync(devices.Value, cancellation);
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
            if (adding.Unfit(connection, volume) is { } unfit)
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

        var epoch = adding.MapEpoch(connection);
        if (epoch.IsOk)
        {
            return new KernelClaim(promotion, held.Value, volumes, epoch.Value, fsid.Value);
        }

        held.Value.Dispose();
        return epoch.Fault;
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
            var mapped = await adding.MapAsync(claim.Fsid, volume, claim.Epoch, cancellation);
            if (!mapped.IsOk)
            {
                await adding.GiveBackAsync(devices, cancellation);
                return mapped.Fault;
            }

            devices.Add(mapped.Value);
        }

        return devices;
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
}
