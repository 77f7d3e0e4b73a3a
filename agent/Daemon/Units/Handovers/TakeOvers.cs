using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;

namespace NodeAgent.Daemon.Units.Handovers;

/// <summary>
/// Takes over units that their writers pass to this node. The record is on disk before the storage is opened: killed in
/// between, the agent opens it by itself at its next start, for the record names it.
/// </summary>
public sealed class TakeOvers(UnitWorld world, LocalCopies copies, OperationRunner runner)
{
    /// <summary>Says whether this node could take the unit over.</summary>
    public async Task<Outcome<TakeOverOutlook>> PlanAsync(UnitRecord told, NodeId from, CancellationToken cancellation)
    {
        var report = await copies.PrepareAsync(told, from, cancellation);
        if (!report.IsOk)
        {
            return report.Fault;
        }

        var plan = await world.Replicated(told.Unit.Backend)!.Roles.PlanPromoteAsync(told.Unit, cancellation);
        return plan.IsOk ? new TakeOverOutlook(report.Value, plan.Value.Blockers)
            : plan.Fault.Code == FaultCode.NotFound ? new TakeOverOutlook(report.Value, [])
            : plan.Fault;
    }

    /// <summary>Takes the unit over.</summary>
    public Task<Outcome> TakeOverAsync(TakeOverLetter letter, NodeId from, CancellationToken cancellation) => runner.AloneAsync(
        $"take-over/{letter.Record.Unit}", () => TakeOverAloneAsync(letter, from, cancellation), cancellation);

    private async Task<Outcome> TakeOverAloneAsync(TakeOverLetter letter, NodeId from, CancellationToken cancellation)
    {
        var unit = letter.Record.Unit;
        if (world.Replicated(unit.Backend) is not { } backend)
        {
            return ReplicationFaults.NoBackend(unit, world.Self);
        }

        var known = world.Registry.Find(unit);
        var decided = HandoverAcceptance.Decide(known, letter.Record, from, world.Self);
        if (!decided.IsOk)
        {
            return decided.Fault;
        }

        if (decided.Value.Epoch > letter.Record.Epoch)
        {
            return Outcome.Done;
        }

        // What is known already was held against the storage before it was stored; since then services may have written.
        if (!ReferenceEquals(decided.Value, known))
        {
            var kept = await KeepAsync(backend, letter, from, cancellation);
            if (!kept.IsOk)
            {
                return kept;
            }
        }

        return await OpenAsync(backend, decided.Value, letter.Snapshot, cancellation);
    }

    private async Task<Outcome> KeepAsync(ReplicatedBackend backend, TakeOverLetter letter, NodeId from, CancellationToken cancellation)
    {
        var seen = await copies.ReportAsync(backend, letter.Record.Unit, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (HandoverAcceptance.Unfit(letter.Record, letter.Snapshot, letter.Identities, seen.Value.History, seen.Value.Complete) is { } unfit)
        {
            return unfit;
        }

        // The storage chooses by itself what it opens: what is newer than that goes, and must not be what was passed on.
        var plan = await backend.Roles.PlanPromoteAsync(letter.Record.Unit, cancellation);
        return !plan.IsOk ? plan.Fault
            : HandoverAcceptance.OpensOther(letter.Record, letter.Snapshot, plan.Value.Snapshot) is { } other ? other
            : world.Registry.TakeOver(letter.Record, from, world.Self).WithoutValue();
    }

    private async Task<Outcome> OpenAsync(ReplicatedBackend backend, UnitRecord record, string snapshot, CancellationToken cancellation)
    {
        var grant = world.Tenures.Grant(record, world.Self);
        if (!grant.IsOk)
        {
            return grant.Fault;
        }

        var opened = await backend.Roles.PromoteAsync(grant.Value, null, cancellation);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        // A letter that comes again must not take the anchors back to where this node began: the copies may be further.
        var seen = await copies.ReportAsync(backend, record.Unit, cancellation);
        if (seen.IsOk && seen.Value.Complete != snapshot)
        {
            return Outcome.Done;
        }

        // Increments to all copies can start here even after the snapshot is gone; a copy that lags is no reason to wait.
        foreach (var peer in record.Copies)
        {
            world.Copies.Forget(record.Unit, peer);
            _ = await backend.Streams.AnchorAsync(new SnapshotId(record.Unit, snapshot), peer, cancellation);
        }

        world.Changed(record.Unit);
        return Outcome.Done;
    }
}
