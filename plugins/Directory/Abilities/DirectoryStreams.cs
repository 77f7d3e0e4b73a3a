using System.Collections.Concurrent;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Streams;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Copies by streams of changed blocks.</summary>
internal sealed class DirectoryStreams(UnitGate gate) : IReplicationStreams
{
    private readonly ConcurrentDictionary<VolumeId, byte> receiving = new();

    /// <inheritdoc/>
    public string Format => StreamHeader.Format;

    /// <inheritdoc/>
    public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync<CopyHistory>(
            unit, $"cannot read the history of {unit}", (f, r) => History(f, r, cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(
        IReadOnlyList<UnitId> units, CancellationToken cancellation)
    {
        var changes = new List<UnitChange>(units.Count);
        foreach (var unit in units)
        {
            var asOf = gate.Context.Time.GetUtcNow();
            var change = await gate.LookAsync<UnitChange>(
                unit, $"cannot tell whether {unit} changed", (f, r) => Change(f, r, asOf, cancellation), cancellation);

            // One unit that cannot be looked at must not hide the others.
            changes.Add(change.IsOk ? change.Value : new UnitChange(unit, Answer.Unknown, null, asOf));
        }

        return changes;
    }

    /// <inheritdoc/>
    public async Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation)
    {
        var source = await SourceAsync(step, $"cannot estimate a stream of {step.Volume}", cancellation);
        return source.Map(s => new StreamEstimate(s.Extents.Sum(e => e.IsZero ? 0 : e.Length), s.Header.ToGuid));
    }

    /// <inheritdoc/>
    public async Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot send {step.Volume}";
        var source = await SourceAsync(step, what, cancellation);
        if (!source.IsOk)
        {
            return source.Fault;
        }

        try
        {
            return await new StreamSending(source.Value, output, progress, what, cancellation).RunAsync();
        }
        catch (Exception error) when (Files.IoFaults.IsExpected(error))
        {
            return Files.IoFaults.From(error, what, gate.Root);
        }
    }

    /// <inheritdoc/>
    public async Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot receive {step.Volume}";
        if (!Names.IsValid(step.Volume.Name))
        {
            return Names.Invalid("volume", step.Volume.Name);
        }

        if (!receiving.TryAdd(step.Volume, 0))
        {
            return Busy(what);
        }

        try
        {
            return await new StreamReceiving(gate, step, input, progress, what).RunAsync(cancellation);
        }
        finally
        {
            receiving.TryRemove(step.Volume, out _);
        }
    }

    /// <inheritdoc/>
    public Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot discard the received part of {volume}";
        return !Names.IsValid(volume.Name) ? Task.FromResult(Outcome.Failed(Names.Invalid("volume", volume.Name)))
            : receiving.ContainsKey(volume) ? Task.FromResult(Outcome.Failed(Busy(what)))
            : new DirectoryPartials(gate).DiscardAsync(volume, what, cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation)
    {
        var what = $"cannot anchor {snapshot} for {peer}";
        var done = await gate.ChangeAsync<bool>(
            snapshot.Unit, what, (f, r) => Anchor(f, r, snapshot, peer, what, cancellation), cancellation);
        return done.WithoutValue();
    }

    /// <inheritdoc/>
    public async Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation)
    {
        var done = await gate.ChangeAsync<bool>(
            unit,
            $"cannot forget the anchor of {unit} for {peer}",
            (folder, record) =>
            {
                if (record?.Anchors.Any(a => a.Peer == peer.Value) is true)
                {
                    Keep(folder, record with { Anchors = [.. record.Anchors.Where(a => a.Peer != peer.Value)] });
                }

                return true;
            },
            cancellation);
        return done.WithoutValue();
    }

    private static Fault Busy(string what) => new(
        FaultCode.Busy, what, "a stream into this volume is under way", "Wait for it or cancel it.", Retry.Later);

    private Task<Outcome<StreamSource>> SourceAsync(StreamStep step, string what, CancellationToken cancellation) =>
        gate.LookAsync(
            step.Volume.Unit,
            what,
            (folder, record) => StreamSource.Find(folder, record, step, gate.Disk, what, cancellation),
            cancellation);

    private Outcome<bool> Anchor(
        UnitFolder folder, UnitRecord? record, SnapshotId snapshot, NodeId peer, string what, CancellationToken cancellation)
    {
        var found = record?.FindSnapshot(snapshot.Name);
        if (record is null || found is null)
        {
            return record?.Anchors.Any(a => a.Peer == peer.Value && a.Name == snapshot.Name) is true
                ? true
                : new Fault(
                    FaultCode.NotFound, what, "the snapshot is not on this node", "Plan again from what is here.", Retry.AfterLook);
        }

        foreach (var volume in found.Present.Keys)
        {
            // Here the map is the anchor: if it cannot be kept, the anchor is none.
            var map = BlockMap.Of(folder, found, volume, gate.Disk, cancellation);
            if (map.IsOk && !File.Exists(folder.MapFile(found.Guids[volume])))
            {
                map.Value.Save(folder.MapFile(found.Guids[volume]), gate.Disk);
            }
        }

        var anchor = new AnchorRecord(
            peer.Value, found.Name, found.Order, found.CreatedAt,
            found.Guids.Where(g => found.Present.ContainsKey(g.Key)).ToDictionary(), KeepsSnapshot: !record.IsWriter);
        Keep(folder, record with { Anchors = [.. record.Anchors.Where(a => a.Peer != peer.Value).Append(anchor)] });
        return true;
    }

    private void Keep(UnitFolder folder, UnitRecord record)
    {
        folder.Save(record);
        UnitRecovery.Sweep(folder, record, gate.Disk);
    }

    private CopyHistory History(UnitFolder folder, UnitRecord? record, CancellationToken cancellation)
    {
        if (record is null)
        {
            return new CopyHistory(folder.Unit, Role.Absent, Epoch.None, []);
        }

        var partials = new DirectoryPartials(gate);
        var names = record.Volumes.Union(PartialsIn(folder), StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var volumes = names.Select(volume => new VolumeHistory(
            volume,
            PointsOf(folder, record, volume),
            partials.Find(folder, volume) is { } partial ? new PartialReceive(partial.Token.ToString(), partial.Position) { Target = partial.Header.ToName } : null,
            HeadCopies.Changed(folder, record, volume, gate.Disk, cancellation)));
        return new CopyHistory(
            folder.Unit, record.IsWriter ? Role.Writer : Role.Reader, new Epoch(record.Epoch), [.. volumes]);
    }

    private static IEnumerable<string> PartialsIn(UnitFolder folder) => Directory.Exists(folder.Partial)
        ? Directory.EnumerateFiles(folder.Partial, "*.part").Select(p => Path.GetFileNameWithoutExtension(p)!)
        : [];

    private static List<HistoryPoint> PointsOf(UnitFolder folder, UnitRecord record, string volume)
    {
        var snapshots = record.Snapshots.Where(s => s.Present.ContainsKey(volume))
            .Select(s => new HistoryPoint(s.Name, s.Guids[volume], s.Order, s.CreatedAt, IsBookmark: false)).ToList();
        var bookmarks = record.Anchors
            .Where(a => a.Guids.ContainsKey(volume) && snapshots.TrueForAll(s => s.Guid != a.Guids[volume]))
            .Where(a => File.Exists(folder.MapFile(a.Guids[volume])))
            .Select(a => new HistoryPoint(a.Name, a.Guids[volume], a.Order, a.CreatedAt, IsBookmark: true))
            .DistinctBy(p => p.Guid);
        return [.. snapshots.Concat(bookmarks).OrderBy(p => p.Order)];
    }

    private UnitChange Change(UnitFolder folder, UnitRecord? record, DateTimeOffset asOf, CancellationToken cancellation)
    {
        if (record is null)
        {
            return new UnitChange(folder.Unit, Answer.Unknown, null, asOf);
        }

        var newest = record.NewestComplete;
        if (newest is null || record.Heads.Keys.Any(v => !newest.Present.ContainsKey(v)))
        {
            return new UnitChange(folder.Unit, Answer.Yes, newest?.Name, asOf);
        }

        var answers = record.Heads.Keys
            .Select(v => HeadCopies.Changed(folder, record, v, gate.Disk, cancellation)).ToList();
        var changed = answers.Contains(Answer.Yes) ? Answer.Yes
            : answers.Contains(Answer.Unknown) ? Answer.Unknown
            : Answer.No;
        return new UnitChange(folder.Unit, changed, newest.Name, asOf) { Guids = newest.Guids };
    }
}
