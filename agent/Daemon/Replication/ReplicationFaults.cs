using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Replication;

/// <summary>What can stand in the way of replication, in words.</summary>
internal static class ReplicationFaults
{
    public static Fault NoBackend(UnitId unit, NodeId node) => new(
        FaultCode.PreconditionFailed,
        $"cannot keep a copy of unit {unit} on {node}",
        $"{node} has no backend '{unit.Backend}' that replicates by streams",
        $"Add the backend to {node}'s configuration, or take {node} off the unit's copies: 'nodeagent replication set'.",
        Retry.AfterFix);

    public static Fault Formats(UnitId unit, string here, string there) => new(
        FaultCode.PreconditionFailed,
        $"cannot replicate unit {unit}",
        $"the writer's streams are '{here}', the copy takes '{there}'",
        "Use the same plugin for this backend on both nodes.",
        Retry.AfterFix);

    public static Fault Conflict(UnitId unit, NodeId peer, VolumePlan.Conflict conflict)
    {
        var common = conflict.CommonAncestor is { } point ? $"last common snapshot {point.Name}" : "nothing in common";
        var only = conflict.OnlyOnCopy.Count == 0 ? "" : $", only on {peer}: {string.Join(", ", conflict.OnlyOnCopy)}";
        return new Fault(
            FaultCode.Diverged,
            $"cannot bring the copy of {unit}/{conflict.Volume} on {peer} up to date",
            $"{conflict.Why} ({common}{only})",
            $"Look at both copies. To throw the one on {peer} away: 'nodeagent replication rebuild {unit} --peer {peer}'.",
            Retry.AfterFix);
    }

    public static Fault SnapshotGone(UnitId unit, string snapshot) => new(
        FaultCode.NotFound,
        $"cannot replicate snapshot {snapshot} of unit {unit}",
        "it is not there any more",
        "The next cycle takes a newer one by itself.",
        Retry.Later);

    public static Fault WrongReceipt(StreamStep step, Receipt receipt) => new(
        FaultCode.Corruption,
        $"cannot trust the copy of {step.Volume}",
        $"it should hold {step.To.Name} with guid {step.To.Guid}, and reads back {receipt.Snapshot} with guid {receipt.Guid}",
        "The stream is sent again by itself; if this repeats, check both nodes' memory and disks.",
        Retry.Later);

    public static Fault Stopped(NodeId peer) => new(
        FaultCode.Busy,
        $"cannot bring the copy on {peer} up to date now",
        "the unit is being closed or passed on, which does not wait for a copy that takes long",
        "It goes on by itself, from where it was.",
        Retry.Later);

    public static Fault Overtaken(VolumeId volume, NodeId node, long revision, long known) => new(
        FaultCode.PreconditionFailed,
        $"cannot receive volume {volume} on {node}",
        string.Create(CultureInfo.InvariantCulture, $"the stream was begun with revision {revision} of the unit's record, and revision {known} came first"),
        "The next cycle sends what there is now.",
        Retry.Later);

    public static Fault NoRoom(VolumeId volume, NodeId node, string pool, long bytes, long available) => new(
        FaultCode.OutOfSpace,
        $"cannot receive volume {volume} on {node}",
        $"it takes about {Spans.Size(bytes)}, and {pool} there has {Spans.Size(available)} left; nothing was changed",
        $"Make room on {node} (space, or a quota), or keep the copy elsewhere: 'nodeagent replication set {volume.Unit} --replicate-to NODE,...'. It is tried again by itself.",
        Retry.AfterFix);

    public static Fault OtherLife(UnitId unit, NodeId node) => new(
        FaultCode.StaleEpoch,
        $"cannot touch the copy of {unit} on {node}",
        "what was asked is about a unit of that name that was deleted; another was made since",
        "The next cycle begins by telling the record.",
        Retry.Later);

    public static Fault LateDelete(UnitId unit, NodeId node, long revision, long known) => new(
        FaultCode.PreconditionFailed,
        $"cannot delete the copy of {unit} on {node}",
        string.Create(CultureInfo.InvariantCulture, $"it was ordered with revision {revision} of the unit's record, and revision {known} came first"),
        "The writer asks again with its newest record.",
        Retry.Later);

    public static Fault StillReceiving(VolumeId volume, NodeId node) => new(
        FaultCode.Busy,
        $"cannot touch the copy of volume {volume} on {node} now",
        "a stream of it is still being received",
        "It is tried again by itself when that stream has ended.",
        Retry.Later);

    public static Fault BeingRemoved(UnitId unit, NodeId node) => new(
        FaultCode.Busy,
        $"cannot touch the copy of {unit} on {node} now",
        "what is left there of an earlier unit of that name, or of one that is gone, is being removed",
        "It is tried again by itself when that is done.",
        Retry.Later);

    public static Fault TakenMeanwhile(UnitId unit, NodeId node) => new(
        FaultCode.Busy,
        $"cannot remove the copy of {unit} on {node}",
        "its record changed since it was looked at: a writer keeps a copy there",
        "Look at 'nodeagent status'.",
        Retry.AfterLook);

    public static Fault LeftOut(UnitId unit, NodeId peer) => new(
        FaultCode.PreconditionFailed,
        $"cannot bring the copy of {unit} on {peer} up to date",
        $"{peer} was left out of its copies meanwhile",
        $"Nothing to do. What is there stays until it is removed: nodeagent replication remove {unit} --peer {peer}",
        Retry.Never);

    public static Fault NoEnd(UnitId unit, NodeId peer) => new(
        FaultCode.Internal,
        $"cannot bring the copy of {unit} on {peer} up to date",
        "streams were received, yet the copy still differs",
        "Report this with the output of 'nodeagent doctor'.",
        Retry.Later);

    public static Fault CannotRejoin(UnitId unit) => new(
        FaultCode.Unsupported, $"cannot make {unit} a copy again", "its backend cannot, or the unit belongs to no service",
        $"nodeagent replication rebuild {unit.Name}", Retry.Never);
}
