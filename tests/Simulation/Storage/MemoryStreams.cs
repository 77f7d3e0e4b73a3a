using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>Streams of one node.</summary>
internal sealed class MemoryStreams(Gate gate, TimeProvider time) : IReplicationStreams
{
    public string Format => "memory";

    public Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync<CopyHistory>("read history", () => gate.Unit is { } known
            ? new CopyHistory(unit, known.Role, new Epoch(known.Epoch), [.. known.Volumes.Select(volume => History(volume.Key, volume.Value))])
            : new CopyHistory(unit, Role.Absent, Epoch.None, []));

    public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation)
    {
        gate.Pass("before read changes");
        var asOf = time.GetUtcNow();
        var newest = Newest();
        var guids = gate.Unit?.Volumes.Where(volume => volume.Value.Points.Any(point => point.Name == newest?.Name))
            .ToDictionary(volume => volume.Key, volume => volume.Value.Points.Last(point => point.Name == newest?.Name).Guid, StringComparer.Ordinal) ?? [];
        var answer = gate.IsUnsure() || gate.Unit is not { } unit ? Answer.Unknown
            : newest is null || unit.Volumes.Any(volume => volume.Value.HeadChanged || volume.Value.Newest?.Name != newest.Name) ? Answer.Yes
            : Answer.No;
        gate.Pass("after read changes");
        return Task.FromResult(Outcome.Ok<IReadOnlyList<UnitChange>>(
            [.. units.Select(id => new UnitChange(id, answer, newest?.Name, asOf) { Guids = guids })]));
    }

    public Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation) =>
        gate.LookAsync("estimate", () => Source(step).Map(source => new StreamEstimate(source.Content.Length, source.Head.ToGuid)));

    public async Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        gate.Pass("before send");
        var source = Source(step);
        if (!source.IsOk)
        {
            return source.Fault;
        }

        await output.WriteAsync(source.Value.Head.ToBytes(), cancellation);
        var content = source.Value.Content.AsMemory(source.Value.Head.Position);
        await output.WriteAsync(content[..(content.Length / 2)], cancellation);
        gate.Pass("middle of send");
        await output.WriteAsync(content[(content.Length / 2)..], cancellation);
        return StreamHead.Size + content.Length;
    }

    public Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        new MemoryReceive(gate, step, input).RunAsync();

    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation) =>
        (await gate.ChangeAsync($"discard partial of {volume.Name}", () =>
        {
            if (gate.Unit?.Volumes.GetValueOrDefault(volume.Name) is { } known)
            {
                known.Partial = null;
            }

            return Outcome.Ok(true);
        })).WithoutValue();

    public async Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) =>
        (await gate.ChangeAsync($"anchor {snapshot.Name} for {peer}", () => Anchor(snapshot, peer))).WithoutValue();

    public async Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) =>
        (await gate.ChangeAsync($"forget anchor for {peer}", () =>
        {
            gate.Unit?.Anchors.Remove(peer.Value);
            gate.Unit?.Sweep();
            return Outcome.Ok(true);
        })).WithoutValue();

    private MemoryPoint? Newest() => gate.Unit?.Complete() is [.., var newest] ? newest : null;

    private static VolumeHistory History(string name, MemoryVolume volume) => new(
        name,
        [.. volume.Points.OrderBy(point => point.Order).Select(Point)],
        volume.Partial is { } partial ? new PartialReceive(partial.Token, partial.Received) { Target = partial.Head.ToName } : null,
        volume.HeadChanged ? Answer.Yes : Answer.No);

    private static HistoryPoint Point(MemoryPoint point) => new(point.Name, point.Guid, point.Order, point.CreatedAt, point.IsBookmark);

    private Outcome<bool> Anchor(SnapshotId snapshot, NodeId peer)
    {
        if (gate.Unit?.Volumes.Values.Any(volume => volume.Points.Any(point => point.Name == snapshot.Name)) != true)
        {
            return new Fault(FaultCode.NotFound, $"cannot anchor {snapshot} on {gate.Node}", "it is not here", "", Retry.AfterLook);
        }

        gate.Unit.Anchors[peer.Value] = snapshot.Name;
        gate.Unit.Sweep();
        return true;
    }

    private Outcome<(StreamHead Head, byte[] Content)> Source(StreamStep step)
    {
        var token = step.ResumeToken?.Split('|');
        var toGuid = token?[0] ?? step.To.Guid;
        var fromGuid = token?[1] ?? step.From?.Guid ?? "";
        var points = gate.Unit?.Volumes.GetValueOrDefault(step.Volume.Name)?.Points ?? [];
        var to = points.Find(point => !point.IsBookmark && point.Guid == toGuid);
        var from = points.Find(point => point.Guid == fromGuid);
        if (to is null || (fromGuid.Length > 0 && from is null))
        {
            return new Fault(FaultCode.NotFound, $"cannot send {step.Volume}", $"{toGuid} or {fromGuid} is not here", "", Retry.AfterLook);
        }

        // An increment is the difference: put onto anything else, it gives something else.
        var content = from is null ? to.Content : [.. to.Content.Zip(from.Content, (after, before) => (byte)(after ^ before))];
        var position = token is null ? 0 : int.Parse(token[2], System.Globalization.CultureInfo.InvariantCulture);
        return (new StreamHead(fromGuid, toGuid, to.Name, to.CreatedAt, position, to.Members), content);
    }
}
