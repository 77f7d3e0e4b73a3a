using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// Brings one copy of one unit to one snapshot. Begins by looking at both sides, so it can be begun again wherever it
/// was killed: nothing here relies on what a former run believed.
/// </summary>
/// <param name="streams">The writer's backend.</param>
/// <param name="journal">Where the cycle is noted, with the snapshots that must not be deleted meanwhile.</param>
/// <param name="watch">Told what happens.</param>
/// <param name="gate">Keeps other cycles of the unit from letting snapshots go between this one's look and its note.</param>
public sealed class PeerCycle(IReplicationStreams streams, IOperationJournal journal, IReplicationWatch watch, SnapshotGate gate)
{
    /// <summary>The journal's word for this operation.</summary>
    public const string Kind = "replicate";

    /// <summary>Whether the node keeps a copy of the unit still: an operator may have left it out while a stream ran.</summary>
    public Func<UnitId, NodeId, bool> IsKept { get; init; } = (_, _) => true;

    // A partial receive, a discarded token, the increment after it: more rounds than these mean a bug.
    private const int MostRounds = 5;

    /// <summary>The journal key of a unit's cycle to a peer.</summary>
    public static string KeyOf(UnitId unit, NodeId peer) => $"{Kind}/{unit}/{peer}";

    /// <summary>Snapshots of a unit that open cycles need.</summary>
    public static IEnumerable<string> Pinned(IEnumerable<Operation> open, UnitId unit) => open
        .Where(operation => operation.Kind == Kind && operation.Key.StartsWith($"{Kind}/{unit}/", StringComparison.Ordinal))
        .SelectMany(CycleEntry.Pinned);

    /// <summary>Runs the cycle; the report is the copy's own after the last step.</summary>
    public async Task<Outcome<CopyReport>> RunAsync(
        UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        var entry = CycleEntry.Begin(journal, record.Unit, peer, snapshot);
        if (!entry.IsOk)
        {
            return entry.Fault;
        }

        var outcome = await BringUpAsync(entry.Value, record, peer, host, snapshot, cancellation);
        entry.Value.End(outcome.Fault);
        return outcome;
    }

    private async Task<Outcome<CopyReport>> BringUpAsync(
        CycleEntry entry, UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        entry.Mark("look");
        var hasRejoined = false;
        for (var round = 0; round < MostRounds; round++)
        {
            var there = await host.PrepareAsync(record, cancellation);
            var looked = await LookAsync(entry, record, peer, host, there, snapshot, mayRejoin: !hasRejoined, cancellation);
            if (!looked.IsOk)
            {
                return looked.Fault;
            }

            var (transfer, plans) = (looked.Value.Transfer, looked.Value.Plans);
            if (plans.All(plan => plan is VolumePlan.UpToDate))
            {
                return await CompleteAsync(entry, record, peer, host, snapshot, cancellation);
            }

            if (!hasRejoined && plans.Any(plan => plan is VolumePlan.Conflict))
            {
                hasRejoined = true;
                entry.Mark("make it a copy again");
                if ((await host.RejoinAsync(record, CommonAncestor.Of(transfer.Here, transfer.There), cancellation)).IsOk)
                {
                    continue;
                }

                // There is no rejoining: what can be sent is sent, and the conflict is told.
                var again = await LookAsync(entry, record, peer, host, there, snapshot, mayRejoin: false, cancellation);
                if (!again.IsOk)
                {
                    return again.Fault;
                }

                looked = again;
                (transfer, plans) = (again.Value.Transfer, again.Value.Plans);
            }

            var sent = await SendAllAsync(transfer, plans, looked.Value.Targets, cancellation);
            if (!sent.IsOk)
            {
                return sent.Fault;
            }

            // Everything that was planned has arrived with a receipt: no need to look a second time.
            if (plans.All(plan => plan is VolumePlan.UpToDate or VolumePlan.Send))
            {
                return await CompleteAsync(entry, record, peer, host, snapshot, cancellation);
            }
        }

        return ReplicationFaults.NoEnd(record.Unit, peer);
    }

    /// <summary>Reads what there is here, plans, and notes what the plans need, before another cycle may let anything go.</summary>
    private async Task<Outcome<Look>> LookAsync(
        CycleEntry entry, UnitRecord record, NodeId peer, ICopyHost host, Outcome<CopyReport> there, string snapshot, bool mayRejoin,
        CancellationToken cancellation)
    {
        using var inside = await gate.EnterAsync(cancellation);
        var here = await streams.ReadHistoryAsync(record.Unit, cancellation);
        if (!there.IsOk || !here.IsOk)
        {
            return there.Fault ?? here.Fault!;
        }

        if (there.Value.Format != streams.Format)
        {
            return ReplicationFaults.Formats(record.Unit, streams.Format, there.Value.Format);
        }

        if (here.Value.Volumes.Count == 0)
        {
            // Storage that is not there has no plans either, which is not the same as having nothing left to do.
            return ReplicationFaults.SnapshotGone(record.Unit, snapshot);
        }

        var transfer = new Transfer(entry, record, peer, host, here.Value, there.Value.History, snapshot);
        var plans = ReplicationPlanner.Plan(here.Value, there.Value.History, snapshot, record.Epoch);
        if (plans.All(plan => plan is VolumePlan.UpToDate) || (mayRejoin && plans.Any(plan => plan is VolumePlan.Conflict)))
        {
            return new Look(transfer, plans, []);
        }

        var targets = new Dictionary<string, HistoryPoint?>(StringComparer.Ordinal);
        foreach (var resume in plans.OfType<VolumePlan.Resume>())
        {
            var target = await FindTargetAsync(transfer, resume, cancellation);
            if (!target.IsOk)
            {
                return target.Fault;
            }

            targets[resume.Name] = target.Value.Point;
        }

        var held = transfer.Entry.Hold(Held(transfer, plans, targets.Values));
        return held.IsOk ? new Look(transfer, plans, targets) : held.Fault;
    }

    private async Task<Outcome> SendAllAsync(
        Transfer transfer, ImmutableArray<VolumePlan> plans, Dictionary<string, HistoryPoint?> targets, CancellationToken cancellation)
    {
        foreach (var plan in plans)
        {
            var outcome = plan switch
            {
                VolumePlan.UpToDate => Outcome.Done,
                VolumePlan.Send send => await SendAsync(transfer, send.Step, cancellation),
                VolumePlan.Resume resume => await ResumeAsync(transfer, resume, targets[resume.Name], cancellation),
                VolumePlan.Conflict conflict => ReplicationFaults.Conflict(transfer.Record.Unit, transfer.Peer, conflict),
                VolumePlan.Missing => ReplicationFaults.SnapshotGone(transfer.Record.Unit, transfer.Snapshot),
                _ => throw new InvalidOperationException($"unknown plan {plan}"),
            };
            if (!outcome.IsOk)
            {
                return outcome;
            }
        }

        return Outcome.Done;
    }

    /// <summary>What the copy may hold once these plans have begun: its newest snapshots, what is half there, and what is sent.</summary>
    private static IEnumerable<string> Held(
        Transfer transfer, ImmutableArray<VolumePlan> plans, IEnumerable<HistoryPoint?> targets)
    {
        var newest = transfer.There.Volumes
            .Select(volume => volume.Points.LastOrDefault(point => !point.IsBookmark)?.Guid).ToHashSet(StringComparer.Ordinal);
        var there = transfer.Here.Volumes.SelectMany(volume => volume.Points)
            .Where(point => !point.IsBookmark && newest.Contains(point.Guid)).Select(point => point.Name);
        var sent = plans.OfType<VolumePlan.Send>().Select(send => send.Step.To.Name);
        return [.. there, .. sent, .. targets.OfType<HistoryPoint>().Select(point => point.Name)];
    }

    private async Task<Outcome> SendAsync(Transfer transfer, StreamStep step, CancellationToken cancellation)
    {
        transfer.Entry.Mark($"send {step.Volume.Name}");
        var unit = transfer.Record.Unit;
        var estimate = await streams.EstimateAsync(step, cancellation);
        using var shown = watch.Begin(unit, transfer.Peer, step, estimate.IsOk ? estimate.Value.Bytes : null);
        var received = await transfer.Host.ReceiveAsync(
            new StreamOffer(step, transfer.Record.Revision, estimate.IsOk ? estimate.Value.Bytes : null) { Life = transfer.Record.Life }, SendCountedAsync, cancellation);
        if (!received.IsOk)
        {
            return received.Fault;
        }

        return received.Value.Guid == step.To.Guid ? Outcome.Done : ReplicationFaults.WrongReceipt(step, received.Value);

        async Task<Outcome<long>> SendCountedAsync(Stream output, CancellationToken token)
        {
            await using var counted = new ShownStream(output, shown);
            return await streams.SendAsync(step, counted, null, token);
        }
    }

    /// <summary>The snapshot that a broken receive would complete; none if it is gone on the writer.</summary>
    private async Task<Outcome<Target>> FindTargetAsync(
        Transfer transfer, VolumePlan.Resume resume, CancellationToken cancellation)
    {
        var points = transfer.Here.Volumes.First(history => history.Volume == resume.Name).Points;
        var estimate = await streams.EstimateAsync(
            StepOf(transfer, resume, points.Last(point => !point.IsBookmark)), cancellation);
        return estimate.IsOk
            ? new Target(points.LastOrDefault(point => !point.IsBookmark && point.Guid == estimate.Value.ToGuid))
            : estimate.Fault.Code is FaultCode.NotFound or FaultCode.InvalidArgument ? new Target(null)
            : estimate.Fault;
    }

    private async Task<Outcome> ResumeAsync(
        Transfer transfer, VolumePlan.Resume resume, HistoryPoint? target, CancellationToken cancellation)
    {
        if (target is not null)
        {
            return await SendAsync(transfer, StepOf(transfer, resume, target), cancellation);
        }

        // What the token would complete is gone on the writer: the received half is worth nothing.
        transfer.Entry.Mark($"discard the partial receive of {resume.Name}");
        return await transfer.Host.DiscardPartialAsync(
            new VolumeId(transfer.Record.Unit, resume.Name), transfer.Record.Epoch, cancellation);
    }

    private static StreamStep StepOf(Transfer transfer, VolumePlan.Resume resume, HistoryPoint to) =>
        new(new VolumeId(transfer.Record.Unit, resume.Name), null, to, resume.Partial.Token, transfer.Record.Epoch);

    private async Task<Outcome<CopyReport>> CompleteAsync(
        CycleEntry entry, UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        if (!IsKept(record.Unit, peer))
        {
            return ReplicationFaults.LeftOut(record.Unit, peer);
        }

        entry.Mark("complete");
        var report = await host.CompleteAsync(record, snapshot, cancellation);
        if (!report.IsOk)
        {
            return report;
        }

        // Only now may the writer let go of the former anchor: the copy holds its own.
        entry.Mark("anchor");
        var anchored = await streams.AnchorAsync(new SnapshotId(record.Unit, snapshot), peer, cancellation);
        if (!anchored.IsOk || IsKept(record.Unit, peer))
        {
            return anchored.IsOk ? report : anchored.Fault;
        }

        // Left out meanwhile: this anchor would keep its snapshot for ever.
        _ = await streams.ForgetAnchorAsync(record.Unit, peer, cancellation);
        return ReplicationFaults.LeftOut(record.Unit, peer);
    }

    private sealed record Target(HistoryPoint? Point);

    private sealed record Look(Transfer Transfer, ImmutableArray<VolumePlan> Plans, Dictionary<string, HistoryPoint?> Targets);

    private sealed record Transfer(
        CycleEntry Entry, UnitRecord Record, NodeId Peer, ICopyHost Host, CopyHistory Here, CopyHistory There, string Snapshot);
}
