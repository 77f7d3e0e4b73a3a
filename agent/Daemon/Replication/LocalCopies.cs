using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// The copies that this node keeps for others. Every call names the peer as its certificate does; only the writer of
/// a unit, in the epoch that this node knows, may touch the copy.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="registry">The unit records.</param>
/// <param name="backends">Finds a backend by name; null if there is none that replicates.</param>
public sealed class LocalCopies(NodeId self, UnitRegistry registry, Func<BackendId, ReplicatedBackend?> backends)
{
    private readonly ConcurrentDictionary<UnitId, CopyReport> reports = new();
    private readonly ConcurrentDictionary<UnitId, Epoch> tidied = new();
    private readonly ConcurrentDictionary<VolumeId, bool> receiving = new();

    // Copies whose unit is gone, while they are removed. No stream begins meanwhile.
    private readonly ConcurrentDictionary<UnitId, bool> leaving = new();

    // Streams that each volume got since its unit was whole. One that is not known may have got many before this agent began.
    private readonly ConcurrentDictionary<VolumeId, int> unfinished = new();

    /// <summary>Told of each copy that holds a newer whole snapshot; must be quick.</summary>
    public Action<UnitId>? Completed { get; set; }

    /// <summary>Whether a copy that has parted may be made one again without asking; told of each that was, with the kept unit's name.</summary>
    public IPartedUnits? Parted { get; set; }

    /// <summary>What was last seen of a copy on this node; null if it was not looked at.</summary>
    public CopyReport? LastReport(UnitId unit) => reports.GetValueOrDefault(unit);

    /// <summary>Looks at every copy that was not looked at yet, so that a status has it before the first stream comes.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var record in registry.All().Where(record => record.Writer != self && !reports.ContainsKey(record.Unit)))
        {
            if (backends(record.Unit.Backend) is { } backend)
            {
                await ReportAsync(backend, record.Unit, cancellation);
            }
        }
    }

    /// <summary>Whether a backend of that name is configured here, ready or not: one that is not ready may hold the unit.</summary>
    public Func<BackendId, bool> IsConfigured { get; init; } = _ => true;

    /// <summary>Whether this node knows the unit; if not, what its storage says of it.</summary>
    public async Task<Outcome<KnownUnit>> FindAsync(UnitId unit, CancellationToken cancellation)
    {
        if (registry.Find(unit) is { } record)
        {
            return new KnownUnit(record);
        }

        if (backends(unit.Backend) is not { } backend)
        {
            return IsConfigured(unit.Backend) ? ReplicationFaults.NoBackend(unit, self) : new KnownUnit(null) { IsLooked = true };
        }

        var role = await backend.Roles.GetRoleAsync(unit, cancellation);
        return role.IsOk ? new KnownUnit(null) { Storage = role.Value, IsLooked = true }
            : role.Fault.Code == FaultCode.NotFound ? new KnownUnit(null) { IsLooked = true }
            : role.Fault;
    }

    /// <summary>Adopts the record and reports.</summary>
    public async Task<Outcome<CopyReport>> PrepareAsync(UnitRecord told, NodeId from, CancellationToken cancellation)
    {
        if (backends(told.Unit.Backend) is not { } backend)
        {
            return ReplicationFaults.NoBackend(told.Unit, self);
        }

        var adopted = registry.Adopt(told, from, self);
        return adopted.IsOk ? await ReportAsync(backend, told.Unit, cancellation) : adopted.Fault;
    }

    /// <summary>
    /// Receives one stream. One that was planned before the newest record that this node knows is refused: its volume may
    /// have been deleted since, and would come back. So is one of a unit that was deleted and made anew, and one for which there is no room.
    /// </summary>
    /// <param name="offer">The stream.</param>
    /// <param name="from">The peer, as its certificate names it.</param>
    /// <param name="input">The bytes.</param>
    /// <param name="progress">Told of them.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Outcome<Receipt>> ReceiveAsync(
        StreamOffer offer, NodeId from, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var step = offer.Step;
        var backend = Authorize(step.Volume.Unit, step.Epoch, from);
        if (!backend.IsOk)
        {
            return backend.Fault;
        }

        // Said before the record is looked at; who deletes stores the record before looking here. One of the two sees the other.
        if (!receiving.TryAdd(step.Volume, true))
        {
            return ReplicationFaults.StillReceiving(step.Volume, self);
        }

        try
        {
            var known = registry.Find(step.Volume.Unit);
            var received = leaving.ContainsKey(step.Volume.Unit) ? ReplicationFaults.BeingRemoved(step.Volume.Unit, self)
                : registry.IsOfEarlierLife(step.Volume.Unit, offer.Life, from, step.Epoch, offer.Revision) ? ReplicationFaults.OtherLife(step.Volume.Unit, self)
                : known is not null && offer.Revision is { } revision && revision < known.Revision ? ReplicationFaults.Overtaken(step.Volume, self, revision, known.Revision)
                : await CopyRoom.RefusesAsync(backend.Value, offer, self, cancellation) is { } full ? full
                : await backend.Value.Streams.ReceiveAsync(step, input, progress, cancellation);
            if (received.IsOk && known is not null)
            {
                await LetUnfinishedGoAsync(backend.Value, known, step.Volume, cancellation);
            }

            return received;
        }
        finally
        {
            receiving.TryRemove(step.Volume, out _);
        }
    }

    // A volume that got several streams, and its unit never became whole: another one can't be brought further. While a stream
    // to that one is on its way nothing goes: what it is about to complete is not known here.
    private async Task LetUnfinishedGoAsync(ReplicatedBackend backend, UnitRecord record, VolumeId volume, CancellationToken cancellation)
    {
        var streams = unfinished.AddOrUpdate(volume, int.MaxValue, (_, before) => Math.Max(before, before + 1));
        if (streams > CopyRetention.KeepUnfinished && receiving.Keys.All(known => known.Unit != volume.Unit || known == volume))
        {
            await CopyRetention.LetUnfinishedGoAsync(backend, record, cancellation);
        }
    }

    /// <summary>Forgets a receive that broke off.</summary>
    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, Epoch epoch, NodeId from, CancellationToken cancellation)
    {
        var backend = Authorize(volume.Unit, epoch, from);
        return backend.IsOk ? await backend.Value.Streams.DiscardPartialAsync(volume, cancellation) : backend.Fault;
    }

    /// <summary>Anchors a snapshot that all volumes hold, and lets old ones go. Nothing goes before the copy itself shows that it holds it.</summary>
    public async Task<Outcome<CopyReport>> CompleteAsync(
        UnitRecord told, string snapshot, NodeId from, CancellationToken cancellation)
    {
        var backend = Authorize(told, from);
        if (!backend.IsOk)
        {
            return backend.Fault;
        }

        var streams = backend.Value.Streams;
        var existing = await backend.Value.Snapshots.ListAsync(told.Unit, cancellation);
        if (!existing.IsOk)
        {
            return existing.Fault;
        }

        if (!existing.Value.Any(known => known.Id.Name == snapshot))
        {
            return ReplicationFaults.SnapshotGone(told.Unit, snapshot);
        }

        var anchored = await streams.AnchorAsync(new SnapshotId(told.Unit, snapshot), from, cancellation);
        if (!anchored.IsOk)
        {
            return anchored.Fault;
        }

        foreach (var volume in unfinished.Keys.Where(volume => volume.Unit == told.Unit))
        {
            unfinished[volume] = 0;
        }

        await TidyAsync(backend.Value, told, from, cancellation);
        var pruned = await CopyRetention.LetOldGoAsync(backend.Value, told, snapshot, existing.Value, cancellation);
        var report = pruned.IsOk ? await ReportAsync(backend.Value, told.Unit, cancellation) : pruned.Fault;
        Completed?.Invoke(told.Unit);
        return report;
    }

    /// <summary>Keeps what only this copy has under a name of its own, and goes back to a snapshot that the writer has too.</summary>
    public async Task<Outcome> RejoinAsync(UnitRecord told, string? snapshot, NodeId from, CancellationToken cancellation)
    {
        var backend = Authorize(told, from);
        if (!backend.IsOk)
        {
            return backend.Fault;
        }

        if (Parted?.MayRejoin(told.Unit) != true || backend.Value.Rejoin is not { } rejoin)
        {
            return ReplicationFaults.CannotRejoin(told.Unit);
        }

        var history = await backend.Value.Streams.ReadHistoryAsync(told.Unit, cancellation);
        if (!history.IsOk)
        {
            return history.Fault;
        }

        // An epoch has one writer: what parted in it has one name.
        var kept = KeptName(told.Unit, history.Value.Epoch);
        var done = await rejoin.RejoinAsync(told.Unit, snapshot, kept, cancellation);
        if (done.IsOk)
        {
            Parted.Rejoined(told.Unit, snapshot, kept);
        }

        return done;
    }

    /// <summary>Keeps the writer's word that nothing changed, if the copy does hold that snapshot.</summary>
    public async Task<Outcome> NoteUnchangedAsync(
        UnitRecord told, UnchangedSince word, NodeId from, CancellationToken cancellation)
    {
        var backend = Authorize(told, from);
        if (!backend.IsOk)
        {
            return backend.Fault;
        }

        // Once per snapshot it is looked at; after that the word is only renewed.
        if (!word.Renews(registry.UnchangedSince(told.Unit)))
        {
            var report = await ReportAsync(backend.Value, told.Unit, cancellation);
            if (!report.IsOk)
            {
                return report.Fault;
            }

            if (report.Value.Complete != word.Snapshot || !word.IsAbout(report.Value.History))
            {
                return ReplicationFaults.SnapshotGone(told.Unit, word.Snapshot);
            }
        }

        registry.NoteUnchanged(told.Unit, word);
        return Outcome.Done;
    }

    /// <summary>Deletes a copy. Never on the node that writes the unit.</summary>
    public async Task<Outcome> DeleteAsync(UnitRecord told, string? volume, NodeId from, CancellationToken cancellation)
    {
        // Of a unit that was made anew since nothing is meant: what the order was about is gone.
        if (registry.Find(told.Unit) is null || IsOfEarlierLife(told, from))
        {
            return Outcome.Done;
        }

        var adopted = registry.Adopt(told, from, self);
        var backend = adopted.IsOk ? Authorize(told, from) : adopted.Fault;
        if (!backend.IsOk)
        {
            return backend.Fault;
        }

        if (told.Revision < adopted.Value.Revision)
        {
            // What it names may have been made anew since.
            return ReplicationFaults.LateDelete(told.Unit, self, told.Revision, adopted.Value.Revision);
        }

        if (receiving.Keys.FirstOrDefault(known => known.Unit == told.Unit && (volume is null || known.Name == volume)) is { Name: not null } busy)
        {
            return ReplicationFaults.StillReceiving(busy, self);
        }

        var deleted = await CopyDeletion.DeleteAsync(backend.Value, told, volume, self, cancellation);
        if (deleted.IsOk && volume is null)
        {
            reports.TryRemove(told.Unit, out _);
            return registry.Bury(adopted.Value, told.Life is null ? null : from);
        }

        return deleted;
    }

    /// <summary>
    /// Removes a copy whose unit is gone, by this node's own decision; not if anybody told a record since, for that one is to stay. Nothing
    /// that was said of its life before comes back.
    /// </summary>
    public async Task<Outcome> RemoveAsync(UnitRecord record, CancellationToken cancellation)
    {
        var unit = record.Unit;
        if (backends(unit.Backend) is not { } backend)
        {
            return ReplicationFaults.NoBackend(unit, self);
        }

        if (!leaving.TryAdd(unit, true))
        {
            return ReplicationFaults.BeingRemoved(unit, self);
        }

        try
        {
            // Said before that is looked at; who receives says so before looking here. One of the two sees the other.
            var removed = receiving.Keys.FirstOrDefault(known => known.Unit == unit) is { Name: not null } busy ? ReplicationFaults.StillReceiving(busy, self)
                : registry.Find(unit) != record ? ReplicationFaults.TakenMeanwhile(unit, self)
                : await CopyDeletion.DeleteAsync(backend, record, null, self, cancellation);
            reports.TryRemove(unit, out _);
            return removed.IsOk ? registry.BuryLast(record) : removed;
        }
        finally
        {
            leaving.TryRemove(unit, out _);
        }
    }

    // What was anchored for a former writer would keep its snapshot for ever. Once an epoch, and again if it fails.
    private async Task TidyAsync(ReplicatedBackend backend, UnitRecord record, NodeId writer, CancellationToken cancellation)
    {
        if (record.Epoch.Value < 2 || tidied.GetValueOrDefault(record.Unit) == record.Epoch)
        {
            return;
        }

        foreach (var peer in record.Copies.Where(peer => peer != self && peer != writer))
        {
            if (await backend.Streams.ForgetAnchorAsync(record.Unit, peer, cancellation) is { IsOk: false })
            {
                return;
            }
        }

        tidied[record.Unit] = record.Epoch;
    }

    private static string KeptName(UnitId unit, Epoch epoch)
    {
        var end = FormattableString.Invariant($"-kept-{epoch}");
        return $"{unit.Name[..Math.Min(unit.Name.Length, Names.MaxLength - end.Length)]}{end}";
    }

    private bool IsOfEarlierLife(UnitRecord told, NodeId from) => registry.IsOfEarlierLife(told.Unit, told.Life, from, told.Epoch, told.Revision);

    private Outcome<ReplicatedBackend> Authorize(UnitRecord told, NodeId from) =>
        IsOfEarlierLife(told, from) ? ReplicationFaults.OtherLife(told.Unit, self) : Authorize(told.Unit, told.Epoch, from);

    private Outcome<ReplicatedBackend> Authorize(UnitId unit, Epoch epoch, NodeId from)
    {
        var known = registry.Find(unit);
        if (known is null || known.Writer != from || known.Epoch != epoch || !known.Copies.Contains(self))
        {
            var state = known is null ? "the unit is not known" : $"{known.Writer} is writer in epoch {known.Epoch}";
            return new Fault(FaultCode.StaleEpoch, $"cannot touch the copy of {unit} on {self} for {from} in epoch {epoch}",
                state, "The next cycle begins by telling the record.", Retry.Later);
        }

        return backends(unit.Backend) is { } backend ? backend : ReplicationFaults.NoBackend(unit, self);
    }

    /// <summary>Looks at a copy on this node.</summary>
    public async Task<Outcome<CopyReport>> ReportAsync(
        ReplicatedBackend backend, UnitId unit, CancellationToken cancellation)
    {
        // A volume that has not arrived yet is in no history; what a snapshot was made of is known to the listing only.
        var listed = await backend.Snapshots.ListAsync(unit, cancellation);
        var history = await backend.Streams.ReadHistoryAsync(unit, cancellation);
        if (!history.IsOk || !listed.IsOk)
        {
            return history.Fault ?? listed.Fault!;
        }

        var whole = listed.Value.Select(snapshot => snapshot.Id.Name).ToHashSet(StringComparer.Ordinal);
        return reports[unit] = new CopyReport(
            backend.Streams.Format,
            history.Value,
            CopyLoss.NewestComplete(history.Value, whole)?.Name,
            CopyLoss.Estimate(history.Value, registry.UnchangedSince(unit), whole).DataAsOf);
    }
}
