using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Replication;

/// <summary>One replication cycle of a unit that this node writes: a snapshot if something changed, then every copy.</summary>
public sealed class UnitCycle(
    ReplicatedBackend backend, IOperationJournal journal, IReplicationWatch watch, ICopyDirectory copies, ICycleWatch? cycles = null)
{
    /// <summary>The unit's record as it is now; null: it was forgotten. A cycle goes by the one that it was begun with.</summary>
    public Func<UnitId, UnitRecord?>? Records { get; init; }

    /// <summary>Runs the cycle to its end at all copies. The snapshot's fault ends it; a copy's fault does not hold up the others.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="grant">This node's permission to write it.</param>
    /// <param name="change">What was seen of the unit just before; null if it was not looked at.</param>
    /// <param name="cancellation">Stops the cycle; it can be begun again.</param>
    public async Task<Outcome<CycleReport>> RunAsync(
        UnitRecord record, WriteGrant grant, UnitChange? change, CancellationToken cancellation)
    {
        using var runs = new CopyRuns(null);
        return await RunAsync(record, grant, change, runs, begun => Task.WhenAll(begun.Select(run => run.Work)), cancellation);
    }

    /// <summary>Runs the cycle at those copies to which no run goes on, as long as its patience lasts.</summary>
    /// <param name="record">The unit.</param>
    /// <param name="grant">This node's permission to write it.</param>
    /// <param name="change">What was seen of the unit just before; null if it was not looked at.</param>
    /// <param name="runs">The unit's runs; what this cycle leaves behind goes on there.</param>
    /// <param name="patience">Waits for the runs that were begun, or for some of them. The report tells of those that ended.</param>
    /// <param name="cancellation">Stops the cycle and its runs; it can be begun again.</param>
    public async Task<Outcome<CycleReport>> RunAsync(
        UnitRecord record, WriteGrant grant, UnitChange? change, CopyRuns runs, Func<IReadOnlyList<CopyRun>, Task> patience,
        CancellationToken cancellation)
    {
        if (change is { Changed: Answer.No, Newest: { } newest } && SnapshotName.Parse(newest) is not null)
        {
            var word = await WordAsync(change, newest, cancellation);
            if (!word.IsOk)
            {
                return word.Fault;
            }

            var isOfUse = await IsOfUseAsync(record, word.Value, cancellation);
            if (!isOfUse.IsOk)
            {
                return isOfUse.Fault;
            }

            if (isOfUse.Value)
            {
                var noted = Begin(record, newest, word.Value, runs, cancellation);
                await patience(noted);
                return new CycleReport(await EndedAsync(noted), null);
            }
        }

        var existing = await backend.Snapshots.ListAsync(record.Unit, cancellation);
        var history = await backend.Streams.ReadHistoryAsync(record.Unit, cancellation);
        if (!existing.IsOk || !history.IsOk)
        {
            return existing.Fault ?? history.Fault!;
        }

        var names = SnapshotNames.All(existing.Value, history.Value);

        // A bookmark tells of a snapshot that is gone here and that a copy still has: its name is not free.
        var marked = history.Value.Volumes.SelectMany(volume => volume.Points).Where(point => point.IsBookmark).Select(point => point.Name);
        var name = SnapshotName.Next(names.Concat(marked), record.Epoch).ToString();
        var made = await backend.Snapshots.CreateAsync(new SnapshotId(record.Unit, name), grant, cancellation);
        if (!made.IsOk)
        {
            return made.Fault;
        }

        var begun = Begin(record, name, null, runs, cancellation);
        await patience(begun);
        var pruned = await PruneAsync(record, [.. names, name], runs, cancellation);
        return new CycleReport(await EndedAsync(begun), pruned.Fault);
    }

    // A snapshot that lost a volume is whole nowhere, and no copy that holds it could be promoted: another one is made even if
    // nothing was written. Not looked at while all copies are known to hold it whole: listing takes long where there are many.
    private async Task<Outcome<bool>> IsOfUseAsync(UnitRecord record, UnchangedSince word, CancellationToken cancellation)
    {
        if (record.Copies.All(peer => copies.LastReport(record.Unit, peer) is { } seen && Covers(word, seen)))
        {
            return true;
        }

        var existing = await backend.Snapshots.ListAsync(record.Unit, cancellation);
        return existing.Map(all => all.Any(known => known.Id.Name == word.Snapshot));
    }

    // Looked at after the change was: a snapshot of that name that came meanwhile is younger than the word's time.
    private async Task<Outcome<UnchangedSince>> WordAsync(UnitChange change, string newest, CancellationToken cancellation)
    {
        if (change.Guids.Count > 0)
        {
            return new UnchangedSince(newest, change.Guids, change.AsOf);
        }

        var history = await backend.Streams.ReadHistoryAsync(change.Unit, cancellation);
        return history.IsOk
            ? new UnchangedSince(newest, UnchangedSince.GuidsOf(history.Value, newest), change.AsOf)
            : history.Fault;
    }

    private List<CopyRun> Begin(UnitRecord record, string snapshot, UnchangedSince? word, CopyRuns runs, CancellationToken cancellation) =>
    [
        .. record.Copies.Where(peer => !runs.IsBusy(peer)).ToList().Select(peer =>
            runs.Begin(peer, snapshot, token => WatchPeerAsync(record, peer, snapshot, word, runs.Gate, token), cancellation)),
    ];

    private static async Task<IReadOnlyDictionary<NodeId, Outcome<CopyReport>>> EndedAsync(IReadOnlyList<CopyRun> begun)
    {
        var reports = new Dictionary<NodeId, Outcome<CopyReport>>();
        foreach (var run in begun.Where(run => run.Work.IsCompleted))
        {
            reports[run.Peer] = await run.Work;
        }

        return reports;
    }

    private async Task<Outcome<CopyReport>> WatchPeerAsync(
        UnitRecord record, NodeId peer, string snapshot, UnchangedSince? word, SnapshotGate gate, CancellationToken cancellation)
    {
        using var shown = cycles?.Begin(record.Unit, peer);
        var report = await RunPeerAsync(record, peer, snapshot, word, gate, cancellation);
        shown?.End(report.Fault);
        return report;
    }

    private async Task<Outcome<CopyReport>> RunPeerAsync(
        UnitRecord record, NodeId peer, string snapshot, UnchangedSince? word, SnapshotGate gate, CancellationToken cancellation)
    {
        var host = copies.Find(peer);
        if (!host.IsOk)
        {
            return host.Fault;
        }

        if (word is not null && copies.LastReport(record.Unit, peer) is { } last && Covers(word, last))
        {
            var noted = await host.Value.NoteUnchangedAsync(record, word, cancellation);
            if (noted.IsOk)
            {
                return copies.Remember(record.Unit, peer, last with { DataAsOf = word.AsOf });
            }

            // The copy is not what it was: look at it as if for the first time.
        }

        var report = await new PeerCycle(backend.Streams, journal, watch, gate) { IsKept = IsKept }
            .RunAsync(record, peer, host.Value, snapshot, cancellation);
        if (!report.IsOk)
        {
            copies.Forget(record.Unit, peer);
            return report;
        }

        return copies.Remember(record.Unit, peer, word is not null && Covers(word, report.Value) ? report.Value with { DataAsOf = word.AsOf } : report.Value);
    }

    private bool IsKept(UnitId unit, NodeId peer) => Records is null || Records(unit)?.Copies.Contains(peer) == true;

    private static bool Covers(UnchangedSince word, CopyReport report) => report.Complete == word.Snapshot && word.IsAbout(report.History);

    private async Task<Outcome> PruneAsync(
        UnitRecord record, IReadOnlyList<string> names, CopyRuns runs, CancellationToken cancellation)
    {
        using var inside = await runs.Gate.EnterAsync(cancellation);
        var existing = await backend.Snapshots.ListAsync(record.Unit, cancellation);
        if (!existing.IsOk)
        {
            return existing.Fault;
        }

        var pinned = PeerCycle.Pinned(journal.Open(), record.Unit)
            .Concat(runs.Running.Select(run => run.Snapshot))
            .Concat(existing.Value.Where(snapshot => snapshot.Holds.Count > 0).Select(snapshot => snapshot.Id.Name))
            .ToHashSet(StringComparer.Ordinal);
        var old = Retention.Choose(names, record.KeepSource, pinned);
        return old.IsEmpty ? Outcome.Done : await backend.Snapshots.DeleteAsync(record.Unit, old, cancellation);
    }
}
