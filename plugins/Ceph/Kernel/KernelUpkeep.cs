using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>
/// Looks through what is mapped on this node: what the index does not know as open here - left by an agent that was killed
/// while it mapped, or by a stay that another node ended - is shut out, unmounted and unmapped; a unit that an agent before
/// this one had open is taken on. A volume of a unit that this process holds and that is not mapped - its deletion was cut off after
/// unmapping, or it could not be put back - is mapped again, unless it is being deleted just now.
/// </summary>
internal sealed class KernelUpkeep(KernelParts parts) : IUpkeep
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private readonly UnitGate gate = parts.Gate;
    private readonly KernelStrangers strangers = new(parts.Gate);
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
        if (devices is { IsOk: true, Value.Count: > 0 })
        {
            var asked = await gate.LookAsync(What, c => parts.AskWhoIsShutOut(c, What) is { IsOk: false } unknown ? unknown.Fault! : new Outcome<bool>(true), cancellation);
            wrong = asked.Fault;
        }

        foreach (var unit in (devices.IsOk ? devices.Value : []).Select(device => device.Unit).Concat(gate.Held.Keys).Distinct(StringComparer.Ordinal).Where(Names.IsValid))
        {
            var kept = await KeepAsync(new UnitId(gate.Context.Id, unit), cancellation);
            // What changes the unit just now leaves it in order by itself.
            wrong ??= kept.Fault?.Code == FaultCode.Busy ? null : kept.Fault;
        }

        return wrong ?? Outcome.Done;
    }

    private Task<Outcome<bool>> KeepAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot look after the devices of {unit}";
        return gate.TurnAsync(
            unit, what,
            async turn =>
            {
                var kept = await KeepAsync(turn, unit, what, cancellation);
                return kept.IsOk ? await turn.StepAsync(what, (c, e) => Strangers(c, e, unit, what), cancellation) : kept;
            },
            cancellation, isPatient: false);
    }

    private Outcome<bool> Strangers(Connection connection, UnitEntries entries, UnitId unit, string what)
    {
        var fsid = parts.Fsid(connection, what);
        var own = fsid.IsOk ? parts.Devices(fsid.Value, unit.Name, what) : fsid.Fault;
        return own.IsOk ? strangers.Look(connection, entries, unit, own.Value, what) : own.Fault;
    }

    /// <summary>Looks after one unit, in its turn: a promotion that maps just now is not disturbed.</summary>
    public async Task<Outcome<bool>> KeepAsync(UnitTurn turn, UnitId unit, string what, CancellationToken cancellation)
    {
        var missing = await CleanAsync(turn, unit, what, cancellation);
        foreach (var volume in missing.IsOk ? missing.Value : [])
        {
            var mapped = await new KernelAddition(parts, unit, what).RunAsync(turn, volume, cancellation);
            if (!mapped.IsOk)
            {
                return mapped.Fault!;
            }

            gate.Context.Log.Write(Severity.Warning, $"{unit}: volume {volume} was not mapped although it should be, and is again");
        }

        return missing.Map(_ => true);
    }

    /// <summary>Takes away what is not the unit's any more. The volumes that should be mapped by this process and are not.</summary>
    public async Task<Outcome<IReadOnlyList<string>>> CleanAsync(UnitTurn turn, UnitId unit, string what, CancellationToken cancellation)
    {
        var judged = await turn.StepAsync(what, (c, e) => Judge(c, e, unit, what), cancellation);
        foreach (var device in judged.IsOk ? judged.Value.Stale : [])
        {
            var gone = await parts.Tool.UnmountAsync(device, what, cancellation);
            gone = gone.IsOk ? await parts.Tool.UnmapAsync(device, isShutOut: true, what, cancellation) : gone;
            if (!gone.IsOk)
            {
                return gone.Fault!;
            }

            gate.Context.Log.Write(Severity.Warning, $"{unit}: rbd{KernelMap.Text(device.Number)} of a stay that ended ({device.Address}) is unmapped");
        }

        return judged.Map(found => found.Missing);
    }

    private Outcome<(IReadOnlyList<KernelDevice> Stale, IReadOnlyList<string> Missing)> Judge(Connection connection, UnitEntries entries, UnitId unit, string what)
    {
        var seen = parts.See(connection, entries, unit.Name, what, isNow: false);
        if (!seen.IsOk || entries.Unit is null)
        {
            // An image that the index does not know is somebody else's.
            return seen.Map<(IReadOnlyList<KernelDevice>, IReadOnlyList<string>)>(_ => ([], []));
        }

        if (!entries.Unit.Record.IsOpen || entries.Unit.Record.Holder != gate.Context.Node.Value)
        {
            gate.LetGo(unit.Name);
        }

        var stale = seen.Value.Devices.Except(seen.Value.Current).Where(device => entries.Volumes.ContainsKey(device.Volume)).ToList();
        var clients = stale.Select(device => device.Address).ToList();
        var added = Blocklist.ShutOut(connection, clients, gate.Context.Time.GetUtcNow(), what, mapped: clients);
        if (!added.IsOk)
        {
            return added.Fault;
        }

        var known = stale.Count > 0 ? connection.WaitForMap(what) : Outcome.Done;
        if (known.IsOk && stale.Count == 0 && seen.Value.IsWhole)
        {
            known = KernelAdoption.Run(parts, connection, unit, entries, seen.Value, what).WithoutValue();
        }

        return known.IsOk ? (stale, Missing(entries.Unit.Record, unit, seen.Value)) : known.Fault!;
    }

    // Where something is shut out, another node may be the writer by now: its promotion decides, not this.
    private IReadOnlyList<string> Missing(UnitRecord record, UnitId unit, KernelSight seen) =>
        record.IsOpen && record.Holder == gate.Context.Node.Value && seen.Dead.Count == 0 && seen.Exchanged.Count == 0
            && gate.Held.GetValueOrDefault(unit.Name) is { IsOpen: true, IsClosing: false } held && held.Epoch == record.Epoch
            ? [.. seen.Missing.Where(volume => !parts.IsBeingDeleted(new VolumeId(unit, volume)))]
            : [];
}
