using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>Looks and acts for one planned move; decides nothing.</summary>
internal sealed class SwitchoverSteps(
    UnitWorld world, SwitchoverTools tools, ReplicatedBackend backend, SwitchoverEntry entry, TimeProvider time)
{
    private UnitId Unit => entry.State.Unit;

    /// <summary>What storage and records show now.</summary>
    public async Task<HandoverSight> LookAsync(bool isConfirmed, Fault? trouble, bool wasInterrupted, CancellationToken cancellation)
    {
        var record = world.Registry.Find(Unit);
        if (record is null || record.Epoch != entry.State.Epoch || record.Writer != world.Self || trouble is not null || wasInterrupted)
        {
            // The record alone decides.
            return new HandoverSight(record, null, null, null, isConfirmed, trouble, wasInterrupted);
        }

        var here = await backend.Streams.ReadHistoryAsync(Unit, cancellation);
        if (!here.IsOk || entry.State.Snapshot is null)
        {
            return new HandoverSight(record, here.IsOk ? here.Value : null, null, null, isConfirmed, here.Fault, wasInterrupted);
        }

        var host = world.Copies.Find(entry.State.To);
        var there = host.IsOk ? await host.Value.PrepareAsync(record, cancellation) : host.Fault;
        return there.IsOk
            ? new HandoverSight(record, here.Value, there.Value.History, there.Value.Complete, isConfirmed, null, wasInterrupted)
            : new HandoverSight(record, here.Value, null, null, isConfirmed, there.Fault, wasInterrupted);
    }

    /// <summary>Carries a step out. A fault says that it is not done.</summary>
    public Task<Outcome> CarryOutAsync(HandoverStep step, CancellationToken cancellation) => step switch
    {
        HandoverStep.BringNear => BringNearAsync(cancellation),
        HandoverStep.Close => CloseAsync(cancellation),
        HandoverStep.Reopen => ReopenAsync(cancellation),
        HandoverStep.Release release => Task.FromResult(Release(release.Next)),
        _ => throw new InvalidOperationException($"unknown step {step}"),
    };

    /// <summary>Opens the storage here again and ends the move; left open if that cannot be done now.</summary>
    public async Task<Outcome<SwitchoverReport>> UndoAsync(Fault why, CancellationToken cancellation)
    {
        var record = world.Registry.Find(Unit);
        if (record is not null && record.Writer == world.Self)
        {
            entry.Mark("open here again");

            // A release that could not be stored may have reached the disk all the same.
            var stored = world.Registry.Store(record);
            var opened = stored.IsOk ? await OpenAsync(record, cancellation) : stored;
            if (!opened.IsOk)
            {
                var stuck = SwitchoverFaults.NotUndone(entry.State, why, opened.Fault);
                entry.Leave(stuck);
                return stuck;
            }
        }

        entry.End(why);
        world.Changed(Unit);
        return why;
    }

    /// <summary>Tells the target. Only ever after the record is stored here.</summary>
    public async Task<Outcome> TellAsync(CancellationToken cancellation)
    {
        entry.Mark($"tell {entry.State.To}");
        var here = await backend.Streams.ReadHistoryAsync(Unit, cancellation);
        var host = tools.Targets(entry.State.To);
        if (!here.IsOk || !host.IsOk || world.Registry.Find(Unit) is not { } record || entry.State.Snapshot is not { } snapshot)
        {
            return here.Fault ?? host.Fault ?? UnitFaults.Unknown(Unit.ToString());
        }

        return await host.Value.TakeOverAsync(
            new TakeOverLetter(record, snapshot, Handover.Identities(here.Value, snapshot)), cancellation);
    }

    private async Task<Outcome> BringNearAsync(CancellationToken cancellation)
    {
        var round = entry.State.Round + 1;
        var record = world.Registry.Find(Unit)!;
        var grant = world.Tenures.Grant(record, world.Self);
        var kept = entry.Keep(entry.State with { Round = round, Snapshot = null }, null);
        if (!kept.IsOk || !grant.IsOk)
        {
            return kept.IsOk ? grant.Fault! : kept;
        }

        entry.Mark($"bring {entry.State.To} up to date, round {round}");
        var cycle = await new TargetCycle(tools.Cycles(backend), time).RunAsync(record, grant.Value, entry.State.To, cancellation);
        if (!cycle.IsOk)
        {
            return cycle.Fault;
        }

        var copy = cycle.Value.Copies[entry.State.To];
        return !copy.IsOk ? copy.Fault
            : copy.Value.Complete is { } snapshot ? entry.Keep(entry.State with { Snapshot = snapshot }, null)
            : ReplicationFaults.NoEnd(Unit, entry.State.To);
    }

    private async Task<Outcome> CloseAsync(CancellationToken cancellation)
    {
        // Noted before: the time without a writer counts from here, whatever happens next.
        var kept = entry.Keep(entry.State, time.GetUtcNow());
        if (!kept.IsOk)
        {
            return kept;
        }

        entry.Mark("close here");
        return (await backend.Roles.DemoteAsync(Unit, null, cancellation)).WithoutValue();
    }

    private async Task<Outcome> ReopenAsync(CancellationToken cancellation)
    {
        entry.Mark("open here again, for another round");
        var opened = await OpenAsync(world.Registry.Find(Unit)!, cancellation);
        return opened.IsOk ? entry.Keep(entry.State with { Snapshot = null }, null) : opened;
    }

    private Outcome Release(UnitRecord next)
    {
        entry.Mark("release");
        foreach (var peer in next.Copies.Append(next.Writer))
        {
            world.Copies.Forget(Unit, peer);
        }

        return world.Registry.Store(next);
    }

    private async Task<Outcome> OpenAsync(UnitRecord record, CancellationToken cancellation)
    {
        var grant = world.Tenures.Grant(record, world.Self);
        return grant.IsOk ? (await backend.Roles.PromoteAsync(grant.Value, null, cancellation)).WithoutValue() : grant.Fault;
    }
}
