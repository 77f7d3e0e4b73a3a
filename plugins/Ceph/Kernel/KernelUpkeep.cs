using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>
/// Looks through what is mapped on this node: what the index does not know as open here - left by an agent that was killed
/// while it mapped, or by a stay that another node ended - is shut out, unmounted and unmapped; a unit that an agent before
/// this one had open is taken on.
/// </summary>
internal sealed class KernelUpkeep(KernelParts parts) : IUpkeep
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly UnitGate gate = parts.Gate;
    private long? last;

    /// <inheritdoc/>
    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        const string What = "cannot look after mapped images";
        var time = gate.Context.Time;
        if (last is { } before && time.GetElapsedTime(before) < Every)
        {
            return Outcome.Done;
        }

        last = time.GetTimestamp();
        var fsid = parts.KnownFsid is { } known ? known : await gate.LookAsync(What, c => parts.Fsid(c, What), cancellation);
        var devices = fsid.IsOk ? parts.Map.List(fsid.Value, What) : fsid.Fault;
        var wrong = devices.Fault;
        foreach (var unit in (devices.IsOk ? devices.Value : []).Select(device => device.Unit).Distinct(StringComparer.Ordinal).Where(Names.IsValid))
        {
            var kept = await KeepAsync(new UnitId(gate.Context.Id, unit), fsid.Value, cancellation);
            // What changes the unit just now leaves it in order by itself.
            wrong ??= kept.Fault?.Code == FaultCode.Busy ? null : kept.Fault;
        }

        return wrong ?? Outcome.Done;
    }

    private Task<Outcome<bool>> KeepAsync(UnitId unit, string fsid, CancellationToken cancellation)
    {
        var what = $"cannot look after the devices of {unit}";
        return gate.TurnAsync(unit, what, turn => KeepAsync(turn, unit, fsid, what, cancellation), cancellation, isPatient: false);
    }

    private async Task<Outcome<bool>> KeepAsync(UnitTurn turn, UnitId unit, string fsid, string what, CancellationToken cancellation)
    {
        // Looked at in the unit's turn: a promotion that maps just now is not disturbed.
        var stale = await turn.StepAsync(what, (c, e) => Judge(c, e, unit, fsid, what), cancellation);
        foreach (var device in stale.IsOk ? stale.Value : [])
        {
            var gone = await parts.Tool.UnmountAsync(device, what, cancellation);
            gone = gone.IsOk ? await parts.Tool.UnmapAsync(device, isShutOut: true, what, cancellation) : gone;
            if (!gone.IsOk)
            {
                return gone.Fault!;
            }

            gate.Context.Log.Write(Severity.Warning, $"{unit}: rbd{KernelMap.Text(device.Number)} of a stay that ended ({device.Address}) is unmapped");
        }

        return stale.Map(_ => true);
    }

    private Outcome<IReadOnlyList<KernelDevice>> Judge(Connection connection, UnitEntries entries, UnitId unit, string fsid, string what)
    {
        var devices = parts.Devices(fsid, unit.Name, what);
        if (!devices.IsOk || entries.Unit is null)
        {
            // An image that the index does not know is somebody else's.
            return devices.IsOk ? new Outcome<IReadOnlyList<KernelDevice>>([]) : devices;
        }

        if (!entries.Unit.Record.IsOpen || entries.Unit.Record.Holder != gate.Context.Node.Value)
        {
            gate.LetGo(unit.Name);
        }

        var stale = devices.Value.Except(parts.Current(entries, devices.Value)).Where(device => entries.Volumes.ContainsKey(device.Volume)).ToList();
        foreach (var device in stale)
        {
            var added = Blocklist.Add(connection, device.Address, gate.Options.FenceKept, what);
            if (!added.IsOk)
            {
                return added.Fault;
            }
        }

        var known = stale.Count > 0 ? connection.WaitForMap(what) : Outcome.Done;
        if (known.IsOk && stale.Count == 0 && parts.IsWhole(entries, devices.Value))
        {
            known = KernelAdoption.Run(parts, connection, unit, entries, devices.Value, what).WithoutValue();
        }

        return known.IsOk ? stale : known.Fault!;
    }
}
