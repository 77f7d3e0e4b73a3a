using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>Opens a unit for writing in an epoch that the cluster store gave to this node.</summary>
internal sealed class UnitOpening(UnitWorld world, Func<long, bool> mayWrite, ILogger log)
{
    /// <summary>
    /// Opens the unit: the record first, then the storage. If this node may not write any more in that stay when that was
    /// done, the storage is closed again: somebody else may have been given it.
    /// </summary>
    public async Task<Outcome> OpenAsync(UnitId unit, Epoch epoch, long session, CancellationToken cancellation)
    {
        if (world.Backends().GetValueOrDefault(unit.Backend)?.Ability<IRoles>() is not { } roles)
        {
            return UnitFaults.NoBackend(unit.Backend.Value, world.Backends().Keys);
        }

        var next = Next(unit, epoch);
        if (!next.IsOk)
        {
            return next.Fault;
        }

        var isTakenOver = world.Registry.Find(unit)?.Writer != world.Self;
        if (isTakenOver)
        {
            var weighed = await WeighAsync(unit, roles, cancellation);
            if (!weighed.IsOk)
            {
                return weighed;
            }
        }

        if (!mayWrite(session))
        {
            return Late(unit);
        }

        var stored = world.Registry.Store(next.Value);
        if (!stored.IsOk)
        {
            return stored;
        }

        // Not stopped half way: what was begun would go on behind our back. The backend has its own deadline.
        var opened = await roles.PromoteAsync(Grants.For(next.Value, world.Self).Value, null, CancellationToken.None);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        if (mayWrite(session))
        {
            return Outcome.Done;
        }

        var closed = await roles.DemoteAsync(unit, null, CancellationToken.None);
        return closed.IsOk ? Late(unit) : closed.Fault;
    }

    /// <summary>Increments to all copies can start at the newest whole snapshot even after it is gone. Nobody waits for it.</summary>
    public async Task AnchorAsync(UnitId unit, CancellationToken cancellation)
    {
        if (world.Replicated(unit.Backend) is not { } backend || world.Registry.Find(unit) is not { } record)
        {
            return;
        }

        var listed = await backend.Snapshots.ListAsync(unit, cancellation);
        foreach (var peer in record.Copies)
        {
            world.Copies.Forget(unit, peer);
            if (listed is { IsOk: true, Value: [.., var newest] })
            {
                _ = await backend.Streams.AnchorAsync(newest.Id, peer, cancellation);
            }
        }

        world.Changed(unit);
    }

    private Outcome<UnitRecord> Next(UnitId unit, Epoch epoch)
    {
        var isSynchronous = world.Synchronous(unit.Backend) is not null;
        if (world.Registry.Find(unit) is not { } known)
        {
            // Nobody tells of a unit that no stream ever brings: the store gave it to this node, and the storage knows the rest.
            return isSynchronous ? world.FirstRecord(unit, epoch) : Refuse(unit, FaultCode.NotFound, "this node has never heard of the unit", "Let replication finish once.");
        }

        if (known.Epoch == epoch && known.Writer == world.Self)
        {
            return known;
        }

        if (known.Epoch >= epoch)
        {
            return Refuse(unit, FaultCode.StaleEpoch, $"{known.Writer} writes it in epoch {known.Epoch}, and epoch {epoch} was given", $"Look at 'nodeagent status' on {known.Writer}.");
        }

        var others = known.Copies.Where(node => node != world.Self);
        return known with
        {
            Writer = world.Self,
            Epoch = epoch,
            Revision = 1,
            Copies = isSynchronous ? [] : known.Writer == world.Self ? [.. others] : [.. others.Append(known.Writer).Distinct()],
        };
    }

    // What broke off can never be finished: its sender is no writer any more.
    private async Task<Outcome> WeighAsync(UnitId unit, IRoles roles, CancellationToken cancellation)
    {
        var plan = await roles.PlanPromoteAsync(unit, cancellation);
        if (!plan.IsOk || plan.Value.Blockers.Count > 0)
        {
            return plan.IsOk ? Refuse(unit, FaultCode.PreconditionFailed, string.Join("; ", plan.Value.Blockers), "Choose another node.") : plan.Fault;
        }

        log.LogInformation("unit {Unit} is taken over with {Snapshot}: {Loss}", unit, plan.Value.Snapshot, plan.Value.Loss);
        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return Outcome.Done;
        }

        var history = await backend.Streams.ReadHistoryAsync(unit, cancellation);
        foreach (var volume in history.IsOk ? history.Value.Volumes.Where(volume => volume.Partial is not null) : [])
        {
            _ = await backend.Streams.DiscardPartialAsync(new VolumeId(unit, volume.Volume), cancellation);
        }

        return history.WithoutValue();
    }

    private static Fault Late(UnitId unit) => Refuse(
        unit, FaultCode.TimedOut, "the time that this node may write ran out", "Nothing to do: the cluster decides anew.");

    private static Fault Refuse(UnitId unit, FaultCode code, string why, string next) =>
        new(code, $"cannot open unit {unit}", why, next, Retry.AfterLook);
}
