using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Partings;
using NodeAgent.Plugins.ZfsBackend.Tool;
using NodeAgent.Plugins.ZfsBackend.Volumes;

namespace NodeAgent.Plugins.ZfsBackend.Replication;

/// <summary>
/// Eats streams. Never -F: a copy that has something the writer has not is left as it is. Properties that decide
/// where a copy shows up and whether it takes writes are never taken from the stream.
/// </summary>
internal sealed class Receiving(Parts parts, Creation creation, GoingBack back)
{
    private static readonly string[] Receive =
        ["receive", "-s", "-u", "-x", "readonly", "-x", "mountpoint", "-x", "sharenfs", "-x", "sharesmb", "-x", Keys.Clean];

    public async Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var what = $"cannot receive volume {step.Volume}";
        return SendArguments.Check(step, parts.Layout) is { } wrong
            ? wrong
            : await parts.Receives.RunAsync(
                step.Volume.Unit, step.Epoch, what, token => ReceiveAsync(step, input, progress, what, token), cancellation);
    }

    private async Task<Outcome<Receipt>> ReceiveAsync(
        StreamStep step, Stream input, IProgress<OperationProgress>? progress, string what, CancellationToken cancellation)
    {
        var read = await parts.Units.ReadAsync(step.Volume.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        // An old epoch must not even make this node go on with what it has begun.
        read = Grants.CheckEpoch(step.Epoch, read.Value, what) is null ? await back.FinishAsync(read.Value, what, cancellation) : read;
        if (!read.IsOk)
        {
            return read.Fault;
        }

        if (Refuses(read.Value, step, what) is { } refused)
        {
            return refused;
        }

        var prepared = await PrepareAsync(read.Value, step.Epoch, what, cancellation);
        if (!prepared.IsOk)
        {
            return prepared.Fault!;
        }

        var dataset = parts.Layout.Volume(step.Volume);
        var source = progress is null ? input : new CountingStream(input, "receiving", progress);
        var result = await parts.Tool.StreamAsync(new Command("zfs", [.. Receive, dataset]) { Input = source }, dataset, cancellation);
        if (!result.IsOk)
        {
            return result.Fault.About(what);
        }

        return result.Value.ExitCode == 0
            ? await ReadBackAsync(step, result.Value.InputBytes, what, cancellation)
            : ToolFaults.From(what, result.Value);
    }

    /// <summary>What forbids the stream, found by looking before a byte is read; or null.</summary>
    internal static Fault? Refuses(UnitState unit, StreamStep step, string what)
    {
        if ((unit.CheckMade(what) ?? Grants.CheckEpoch(step.Epoch, unit, what)) is { } refused)
        {
            return refused;
        }

        if (unit.Role == Role.Writer || (unit.Exists && !unit.ReadOnly))
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, "this node is the unit's writer", "Demote the unit here first.", Retry.AfterFix)
                { Native = unit.Native };
        }

        var touched = unit.OwnHead ? unit.Volumes.FirstOrDefault(volume => volume.Newest is not null && volume.Written > 0) : null;
        if (touched is not null)
        {
            return Diverged(what, $"volume {touched.Name} has {touched.Written} bytes that were written here after its newest snapshot");
        }

        return unit.Volume(step.Volume.Name) is { } volume && step.ResumeToken is null ? RefusesBase(volume, step, what) : null;
    }

    private static Fault? RefusesBase(VolumeState volume, StreamStep step, string what)
    {
        if (volume.ResumeToken is not null)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, "a receive broke off here and waits to be resumed", "Resume it with its token or discard it.", Retry.AfterLook);
        }

        if (volume.Newest is not { } newest || newest.Guid == step.To.Guid)
        {
            return null;
        }

        if (step.From is null)
        {
            return new Fault(
                FaultCode.AlreadyExists, what, "the copy exists and the stream is a whole one", "Plan the replication again; delete the copy if it shares no snapshot.", Retry.AfterLook);
        }

        return newest.Guid == step.From.Guid
            ? null
            : volume.Snapshots.Any(point => point.Guid == step.From.Guid)
                ? Diverged(what, $"the copy has snapshot {newest.Name}, which is newer than the increment's start {step.From.Name}")
                : new Fault(
                    FaultCode.PreconditionFailed, what, $"the copy does not have the increment's start {step.From.Name}", "Plan the replication again.", Retry.AfterLook);
    }

    private static Fault Diverged(string what, string why) => new(
        FaultCode.Diverged, what, why, "Roll the copy back to the newest common snapshot, then replicate again.", Retry.AfterFix);

    /// <summary>Makes the unit if it is not there, and stores that it is a copy and of which epoch.</summary>
    private async Task<Outcome> PrepareAsync(UnitState unit, Epoch epoch, string what, CancellationToken cancellation)
    {
        if (!unit.Exists)
        {
            return await creation.MakeUnitAsync(unit.Dataset, epoch, Keys.Received, what, cancellation);
        }

        return unit.Epoch == epoch && !unit.OwnHead
            ? Outcome.Done
            : (await parts.Tool.ChangeAsync(
                what, ["set", $"{Keys.Epoch}={epoch}", $"{Keys.Head}={Keys.Received}", unit.Dataset], cancellation)).WithoutValue();
    }

    private async Task<Outcome<Receipt>> ReadBackAsync(StreamStep step, long bytes, string what, CancellationToken cancellation)
    {
        var read = await parts.Units.ReadAsync(step.Volume.Unit, what, cancellation);
        if (!read.IsOk)
        {
            return read.Fault;
        }

        var volume = read.Value.Volume(step.Volume.Name);
        if (volume?.Snapshots.FirstOrDefault(point => point.Guid == step.To.Guid) is not { } point)
        {
            return new Fault(
                FaultCode.Corruption,
                what,
                $"zfs receive ended well but snapshot {step.To.Name} with guid {step.To.Guid} is not there",
                "Look at 'zfs list -t all'; compare the plan with the stream.",
                Retry.AfterLook) { Native = $"newest {volume?.Newest?.Name} {volume?.Newest?.Guid}" };
        }

        // A resumed stream brings no properties: the snapshot would not know when it was taken.
        if (!point.IsTimeExact && step.ResumeToken is not null)
        {
            var stamped = await parts.Tool.ChangeAsync(
                what, ["set", $"{Keys.Taken}={step.To.CreatedAt.ToUnixTimeMilliseconds()}", $"{volume.Dataset}@{point.Name}"], cancellation);
            if (!stamped.IsOk)
            {
                return stamped.Fault;
            }
        }

        // For the same reason such a filesystem would be mounted at the next boot.
        if (volume is { Kind: VolumeKind.Filesystem, CanMount: "on" })
        {
            var set = await parts.Tool.ChangeAsync(what, ["set", "canmount=noauto", volume.Dataset], cancellation);
            if (!set.IsOk)
            {
                return set.Fault;
            }
        }

        return new Receipt(step.Volume, point.Name, point.Guid, bytes);
    }
}
