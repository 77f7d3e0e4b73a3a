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
public sealed class PeerCycle(IReplicationStreams streams, IOperationJournal journal, IReplicationWatch watch)
{
    /// <summary>The journal's word for this operation.</summary>
    public const string Kind = "replicate";

    private const string SnapshotArgument = "snapshot";
    private const string PartialArgument = "partial";

    // A partial receive, a discarded token, the increment after it: more rounds than these mean a bug.
    private const int MostRounds = 5;

    /// <summary>The journal key of a unit's cycle to a peer.</summary>
    public static string KeyOf(UnitId unit, NodeId peer) => $"{Kind}/{unit}/{peer}";

    /// <summary>Snapshots of a unit that open cycles need.</summary>
    public static IEnumerable<string> Pinned(IEnumerable<Operation> open, UnitId unit) => open
        .Where(operation => operation.Kind == Kind && operation.Key.StartsWith($"{Kind}/{unit}/", StringComparison.Ordinal))
        .SelectMany(operation => PartialsOf(operation).Append(operation.Arguments.GetValueOrDefault(SnapshotArgument, "")));

    /// <summary>Runs the cycle; the report is the copy's own after the last step.</summary>
    public async Task<Outcome<CopyReport>> RunAsync(
        UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        var begun = journal.Begin(
            KeyOf(record.Unit, peer), Kind, $"{record.Unit} to {peer}", Arguments(snapshot, FormerPartials(record.Unit, peer)));
        if (!begun.IsOk)
        {
            return begun.Fault;
        }

        var notes = new Notes(journal, begun.Value);
        var outcome = await BringUpAsync(notes, record, peer, host, snapshot, cancellation);
        if (outcome.IsOk)
        {
            journal.Finish(notes.Operation, null);
        }
        else
        {
            journal.Fail(notes.Operation, outcome.Fault);
        }

        return outcome;
    }

    private async Task<Outcome<CopyReport>> BringUpAsync(
        Notes notes, UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        notes.Mark("look");
        for (var round = 0; round < MostRounds; round++)
        {
            var there = await host.PrepareAsync(record, cancellation);
            var here = await streams.ReadHistoryAsync(record.Unit, cancellation);
            if (!there.IsOk || !here.IsOk)
            {
                return there.Fault ?? here.Fault!;
            }

            if (there.Value.Format != streams.Format)
            {
                return ReplicationFaults.Formats(record.Unit, streams.Format, there.Value.Format);
            }

            if (there.Value.History.Volumes.All(volume => volume.Partial is null))
            {
                notes.Need([]);
            }

            var plans = ReplicationPlanner.Plan(here.Value, there.Value.History, snapshot, record.Epoch);
            if (plans.All(plan => plan is VolumePlan.UpToDate))
            {
                return await CompleteAsync(notes, record, peer, host, snapshot, cancellation);
            }

            var transfer = new Transfer(record, peer, host, here.Value, snapshot);
            var sent = await SendAllAsync(notes, transfer, plans, cancellation);
            if (!sent.IsOk)
            {
                return sent.Fault;
            }

            // Everything that was planned has arrived with a receipt: no need to look a second time.
            if (plans.All(plan => plan is VolumePlan.UpToDate or VolumePlan.Send))
            {
                return await CompleteAsync(notes, record, peer, host, snapshot, cancellation);
            }
        }

        return ReplicationFaults.NoEnd(record.Unit, peer);
    }

    private async Task<Outcome> SendAllAsync(
        Notes notes, Transfer transfer, ImmutableArray<VolumePlan> plans, CancellationToken cancellation)
    {
        foreach (var plan in plans)
        {
            var outcome = plan switch
            {
                VolumePlan.UpToDate => Outcome.Done,
                VolumePlan.Send send => await SendAsync(notes, transfer, send.Step, cancellation),
                VolumePlan.Resume resume => await ResumeAsync(notes, transfer, resume, cancellation),
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

    private async Task<Outcome> SendAsync(
        Notes notes, Transfer transfer, StreamStep step, CancellationToken cancellation)
    {
        notes.Need([.. PartialsOf(notes.Operation).Append(step.To.Name).Distinct(StringComparer.Ordinal)]);
        notes.Mark($"send {step.Volume.Name}");
        var unit = transfer.Record.Unit;
        var estimate = await streams.EstimateAsync(step, cancellation);
        using var shown = watch.Begin(unit, transfer.Peer, step, estimate.IsOk ? estimate.Value.Bytes : null);
        var received = await transfer.Host.ReceiveAsync(step, SendCountedAsync, cancellation);
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

    private async Task<Outcome> ResumeAsync(
        Notes notes, Transfer transfer, VolumePlan.Resume resume, CancellationToken cancellation)
    {
        var volume = new VolumeId(transfer.Record.Unit, resume.Name);
        var points = transfer.Here.Volumes.First(history => history.Volume == resume.Name).Points;
        var to = points.Last(point => !point.IsBookmark);
        var step = new StreamStep(volume, null, to, resume.Partial.Token, transfer.Record.Epoch);
        var estimate = await streams.EstimateAsync(step, cancellation);
        var target = estimate.IsOk
            ? points.LastOrDefault(point => !point.IsBookmark && point.Guid == estimate.Value.ToGuid)
            : null;
        if (target is not null)
        {
            return await SendAsync(notes, transfer, step with { To = target }, cancellation);
        }

        if (!estimate.IsOk && estimate.Fault.Code is not (FaultCode.NotFound or FaultCode.InvalidArgument))
        {
            return estimate.Fault;
        }

        // What the token would complete is gone on the writer: the received half is worth nothing.
        notes.Mark($"discard the partial receive of {resume.Name}");
        return await transfer.Host.DiscardPartialAsync(volume, transfer.Record.Epoch, cancellation);
    }

    private async Task<Outcome<CopyReport>> CompleteAsync(
        Notes notes, UnitRecord record, NodeId peer, ICopyHost host, string snapshot, CancellationToken cancellation)
    {
        notes.Mark("complete");
        var report = await host.CompleteAsync(record, snapshot, cancellation);
        if (!report.IsOk)
        {
            return report;
        }

        // Only now may the writer let go of the former anchor: the copy holds its own.
        notes.Mark("anchor");
        var anchored = await streams.AnchorAsync(new SnapshotId(record.Unit, snapshot), peer, cancellation);
        return anchored.IsOk ? report : anchored.Fault;
    }

    private IEnumerable<string> FormerPartials(UnitId unit, NodeId peer) =>
        journal.Open().FirstOrDefault(operation => operation.Key == KeyOf(unit, peer)) is { } former ? PartialsOf(former) : [];

    private static IEnumerable<string> PartialsOf(Operation operation) =>
        operation.Arguments.GetValueOrDefault(PartialArgument, "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static ImmutableDictionary<string, string> Arguments(string snapshot, IEnumerable<string> partials) =>
        ImmutableDictionary<string, string>.Empty.Add(SnapshotArgument, snapshot).Add(PartialArgument, string.Join(' ', partials));

    /// <summary>The cycle in the journal as it is now.</summary>
    private sealed class Notes(IOperationJournal journal, Operation operation)
    {
        public Operation Operation { get; private set; } = operation;

        public void Mark(string step) => Operation = journal.Mark(Operation, step);

        /// <summary>
        /// Snapshots whose streams may lie half received on the copy: those of each stream begun since it was seen to
        /// have none. Without them what it has received is worth nothing. On disk with the next mark.
        /// </summary>
        public void Need(IEnumerable<string> partials) =>
            Operation = Operation with { Arguments = Arguments(Operation.Arguments[SnapshotArgument], partials) };
    }

    private sealed record Transfer(UnitRecord Record, NodeId Peer, ICopyHost Host, CopyHistory Here, string Snapshot);
}
