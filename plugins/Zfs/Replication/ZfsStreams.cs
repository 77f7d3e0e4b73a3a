using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Partings;
using NodeAgent.Plugins.ZfsBackend.Tool;
using NodeAgent.Plugins.ZfsBackend.Volumes;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>Copies by "zfs send" and "zfs receive", one stream a volume.</summary>
internal sealed class ZfsStreams : IReplicationStreams
{
    private readonly Parts parts;
    private readonly GoingBack back;
    private readonly Changes changes;
    private readonly Anchors anchors;
    private readonly Receiving receiving;

    public ZfsStreams(Parts parts, GoingBack back)
    {
        this.parts = parts;
        this.back = back;
        changes = new Changes(parts);
        anchors = new Anchors(parts);
        receiving = new Receiving(parts, new Creation(parts), back);
    }

    public string Format => "zfs-send-v1";

    public async Task<Outcome<CopyHistory>> ReadHistoryAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot read the history of unit {unit}";
        if (parts.Layout.Check(unit) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(unit, what, cancellation);
        read = read.IsOk ? await back.SeenAsync(read.Value, what, cancellation) : read;
        return read.Map(state => new CopyHistory(
            unit, state.Role, state.Epoch, [.. state.Volumes.Select(volume => ToHistory(volume, state.Role))]));
    }

    public Task<Outcome<IReadOnlyList<UnitChange>>> ReadChangesAsync(IReadOnlyList<UnitId> units, CancellationToken cancellation) =>
        changes.ReadAsync(units, cancellation);

    public async Task<Outcome<StreamEstimate>> EstimateAsync(StreamStep step, CancellationToken cancellation)
    {
        var what = $"cannot estimate a stream of volume {step.Volume}";
        var arguments = SendArguments.Of(step, parts.Layout);
        if (!arguments.IsOk)
        {
            return arguments.Fault;
        }

        var output = await parts.Tool.LookAsync(what, "zfs", SendArguments.DryRun(arguments.Value), cancellation);
        return output.IsOk ? SendEstimate.Parse(what, output.Value, step) : output.Fault;
    }

    public async Task<Outcome<long>> SendAsync(
        StreamStep step, Stream output, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot send volume {step.Volume}";
        var arguments = SendArguments.Of(step, parts.Layout);
        if (!arguments.IsOk)
        {
            return arguments.Fault;
        }

        var sink = progress is null ? output : new CountingStream(output, "sending", progress);
        var result = await parts.Tool.StreamAsync(
            new Command("zfs", arguments.Value) { Output = sink }, parts.Layout.Volume(step.Volume), cancellation);
        if (!result.IsOk)
        {
            return result.Fault.About(what);
        }

        return result.Value.ExitCode == 0 ? result.Value.OutputBytes : ToolFaults.From(what, result.Value);
    }

    public Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation) =>
        receiving.ReceiveAsync(step, input, progress, cancellation);

    public async Task<Outcome> DiscardPartialAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot discard the partial receive of volume {volume}";
        if (parts.Layout.Check(volume) is { } wrong)
        {
            return wrong;
        }

        var read = await parts.Units.ReadAsync(volume.Unit, what, cancellation);
        if (!read.IsOk || read.Value.Volume(volume.Name)?.ResumeToken is null)
        {
            return read.WithoutValue();
        }

        var discarded = await parts.Tool.ChangeAsync(what, ["receive", "-A", parts.Layout.Volume(volume)], cancellation);
        return discarded is { IsOk: false } && discarded.Fault.Native?.Contains("does not have any resumable", StringComparison.Ordinal) == true
            ? Outcome.Done
            : discarded.WithoutValue();
    }

    public Task<Outcome> AnchorAsync(SnapshotId snapshot, NodeId peer, CancellationToken cancellation) =>
        anchors.SetAsync(snapshot, peer, cancellation);

    public Task<Outcome> ForgetAnchorAsync(UnitId unit, NodeId peer, CancellationToken cancellation) =>
        anchors.ForgetAsync(unit, peer, cancellation);

    // What the writer wrote in the open transaction group is not counted yet: only "yes" is certain there.
    private static VolumeHistory ToHistory(VolumeState volume, Role role) => new(
        volume.Name,
        [.. volume.Points.Select(point => new HistoryPoint(point.Name, point.Guid, point.Txg, point.CreatedAt, point.IsBookmark))],
        volume.ResumeToken is { } token ? ToPartial(token) : null,
        volume.Newest is null ? Answer.Unknown
            : volume.Written > 0 ? Answer.Yes
            : role == Role.Writer ? Answer.Unknown
            : Answer.No);

    private static PartialReceive ToPartial(string token) => new(token, ResumeToken.Bytes(token)) { Target = ResumeToken.Target(token) };
}
