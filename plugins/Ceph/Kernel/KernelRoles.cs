using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Mirrors;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>Who writes a unit, where the kernel does it: what is open outlives the agent, and is read from sysfs and the index.</summary>
internal sealed class KernelRoles(KernelParts parts, CephRoles shared) : IRoles
{
    private readonly UnitGate gate = parts.Gate;

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> GetRoleAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot read the role of {unit}";
        return gate.LookAsync(unit, what, (c, e) => Report(c, e, unit, what), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<PromotePlan>> PlanPromoteAsync(UnitId unit, CancellationToken cancellation) => shared.PlanPromoteAsync(unit, cancellation);

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> PromoteAsync(WriteGrant grant, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot promote {grant.Unit}";
        return gate.TurnAsync(grant.Unit, what, turn => PromoteAsync(turn, grant, progress, what, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<RoleReport>> DemoteAsync(UnitId unit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot demote {unit}";
        return gate.TurnAsync(unit, what, turn => DemoteAsync(turn, unit, progress, what, cancellation), cancellation);
    }

    private Outcome<RoleReport> Report(Connection connection, UnitEntries entries, UnitId unit, string what)
    {
        var seen = parts.See(connection, entries, unit.Name, what, isNow: false);
        if (!seen.IsOk || entries.Unit is not { } stored)
        {
            return seen.Map(_ => shared.Report(unit, entries));
        }

        // A unit that was made just now has no volume yet.
        var isBegun = gate.Held.GetValueOrDefault(unit.Name) is { IsOpen: true } held && held.Epoch == stored.Record.Epoch && !entries.Made.Any();
        var record = stored.Record;
        var native = record.Told;
        var role = isBegun || seen.Value.IsWhole ? Role.Writer
            : seen.Value.Current.Count == 0 ? Role.Reader
            : Role.Unknown;
        return new RoleReport(unit, role, new Epoch(record.Epoch), native + seen.Value.Trouble);
    }

    private async Task<Outcome<RoleReport>> PromoteAsync(
        UnitTurn turn, WriteGrant grant, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
    {
        // Open already, by this agent or one before it: nothing is mapped anew below a service that runs.
        var stays = await turn.StepAsync(what, (c, e) => Stay(c, e, grant, what), cancellation);
        return !stays.IsOk ? stays.Fault
            : stays.Value is not { } stay ? await new KernelOpening(parts, grant, what).RunAsync(turn, progress, cancellation)
            : await CompleteAsync(turn, grant.Unit, stay, progress, what, cancellation);
    }

    // What is open stays open, and the rest is mapped beside it. What an agent mapped that was killed before it told is taken away first.
    private async Task<Outcome<RoleReport>> CompleteAsync(
        UnitTurn turn, UnitId unit, KernelStay stay, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
    {
        if (stay.Missing.Count > 0 && await new KernelUpkeep(parts).CleanAsync(turn, unit, what, cancellation) is { IsOk: false } unclean)
        {
            return unclean.Fault!;
        }

        foreach (var volume in stay.Missing)
        {
            progress?.Report(new OperationProgress("mapping " + volume, null, null, CanCancel: false));
            var added = await new KernelAddition(parts, unit, what).RunAsync(turn, volume, cancellation);
            if (!added.IsOk)
            {
                return added.Fault!;
            }
        }

        return stay.Report;
    }

    private Outcome<KernelStay?> Stay(Connection connection, UnitEntries entries, WriteGrant grant, string what)
    {
        if (entries.Unit is null)
        {
            return UnitGate.Absent(grant.Unit, what);
        }

        if ((Grants.Check(grant, grant.Unit, gate.Context.Node, what) ?? Grants.CheckEpoch(grant, entries.Unit.Record, what) ?? SourceCheck.Refuse(grant.Unit, entries, what)) is { } refused)
        {
            return refused;
        }

        var seen = parts.See(connection, entries, grant.Unit.Name, what, isNow: true);
        if (seen is { IsOk: true, Value.Exchanged.Count: > 0 })
        {
            return ExchangedImages.Refuse(grant.Unit.Name, seen.Value.Exchanged, what);
        }

        if (!seen.IsOk || !(seen.Value.IsWhole || seen.Value.IsPart))
        {
            return seen.Map(_ => (KernelStay?)null);
        }

        var held = KernelAdoption.Run(parts, connection, grant.Unit, entries, seen.Value, what);
        if (held.IsOk)
        {
            held.Value.IsClosing = false;
        }

        if (!held.IsOk || entries.Unit.Record.Epoch == grant.Epoch.Value)
        {
            return held.Map<KernelStay?>(_ => new KernelStay(new RoleReport(grant.Unit, Role.Writer, grant.Epoch, $"open on {grant.Holder}"), seen.Value.Missing));
        }

        var now = gate.Index.ReadUnit(connection.Io, grant.Unit.Name, what);
        return now is { IsOk: true, Value.Unit: { } stored }
            ? shared.Raise(held.Value, stored, grant, what).Map<KernelStay?>(report => new KernelStay(report, seen.Value.Missing))
            : now.Fault ?? UnitGate.Absent(grant.Unit, what);
    }

    // Unmapped before the index is asked: without monitors disks would still take writes.
    private async Task<Outcome<RoleReport>> DemoteAsync(
        UnitTurn turn, UnitId unit, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
    {
        var seen = parts.KnownFsid is { } known ? known : await turn.StepAsync(what, (c, _) => parts.Fsid(c, what), cancellation);
        var devices = seen.IsOk ? parts.Devices(seen.Value, unit.Name, what) : seen.Fault;
        if (!devices.IsOk)
        {
            return devices.Fault;
        }

        gate.Held.GetValueOrDefault(unit.Name)?.IsClosing = true;
        foreach (var device in devices.Value)
        {
            progress?.Report(new OperationProgress("unmapping " + device.Volume, null, null, CanCancel: false));
            var gone = await parts.Tool.UnmapAsync(device, isShutOut: false, what, cancellation);
            gone = gone.Fault?.Code == FaultCode.InUse ? await UnlessShutOutAsync(turn, device, gone.Fault, what, cancellation) : gone;
            if (!gone.IsOk)
            {
                return gone.Fault;
            }
        }

        var held = gate.Held.TryRemove(unit.Name, out var own) ? own : null;
        if (held is not null)
        {
            gate.Close(held);
        }

        return await turn.StepAsync(what, (c, e) => shared.Demote(c, e, unit, wasHeld: held is not null, what), cancellation);
    }

    private async Task<Outcome> UnlessShutOutAsync(UnitTurn turn, KernelDevice device, Fault inUse, string what, CancellationToken cancellation)
    {
        var listed = await turn.StepAsync(what, (c, _) => Blocklist.List(c, what), cancellation);
        if (!listed.IsOk || !listed.Value.Contains(device.Address))
        {
            return inUse;
        }

        var unmounted = await parts.Tool.UnmountAsync(device, what, cancellation);
        return unmounted.IsOk ? await parts.Tool.UnmapAsync(device, isShutOut: true, what, cancellation) : unmounted;
    }
}
