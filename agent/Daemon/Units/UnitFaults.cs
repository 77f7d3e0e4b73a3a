using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Operations;

namespace NodeAgent.Daemon.Units;

/// <summary>What can stand in the way of an operator's order, in words.</summary>
internal static class UnitFaults
{
    public static Fault Unknown(string unit) => new(
        FaultCode.NotFound, $"cannot find unit '{unit}'", "this node neither writes it nor keeps a copy",
        "'nodeagent status' lists the units and their writers.", Retry.Never);

    public static Fault Ambiguous(string unit, IEnumerable<UnitId> found) => new(
        FaultCode.InvalidArgument, $"'{unit}' is the name of several units", string.Join(", ", found),
        "Name the backend too: BACKEND:UNIT.", Retry.Never);

    public static Fault Deleted(UnitRecord told, NodeId self) => new(
        FaultCode.PreconditionFailed, $"cannot take the record of unit {told.Unit}",
        string.Create(CultureInfo.InvariantCulture, $"the unit was deleted on {self} after revision {told.Revision} of epoch {told.Epoch} had been sent: it came late"),
        "Nothing to do. Made anew, the unit is another one and is taken.", Retry.Never);

    public static Fault NotWriter(UnitRecord record, NodeId self) => new(
        FaultCode.NotWriter, $"cannot change unit {record.Unit} on {self}", $"{record.Writer} is its writer",
        $"Give the command on {record.Writer}.", Retry.Never);

    public static Fault NoBackend(string? asked, IEnumerable<BackendId> there)
    {
        var names = string.Join(", ", there);
        return new Fault(FaultCode.InvalidArgument,
            asked is null ? "cannot choose a backend" : $"cannot find backend '{asked}'",
            names.Length == 0 ? "none is ready on this node" : $"this node has {names}",
            names.Length == 0 ? "See 'nodeagent plugin list' for the reason." : "Name one with --backend.", Retry.Never);
    }

    public static Fault WithoutStreams(UnitId unit) => new(
        FaultCode.Unsupported, $"cannot do that with unit {unit}", "its storage keeps the copies itself, and the agent none",
        "Put it under a service, and use 'nodeagent service move'; for the rest the storage has its own commands.", Retry.Never);

    public static Fault NotMember(string node, IEnumerable<NodeId> members) => new(
        FaultCode.InvalidArgument, $"cannot keep a copy on '{node}'",
        $"it is not another member of the cluster (members: {string.Join(", ", members)})",
        "See 'nodeagent cluster members'; a copy is kept on other nodes than the writer.", Retry.Never);

    public static Fault Interval(double seconds) => new(
        FaultCode.OutOfRange, $"cannot replicate every {seconds} s",
        $"an interval lies between {CycleTiming.ShortestInterval.TotalSeconds} s and one day", "Choose another interval.", Retry.Never);

    public static Fault KnownElsewhere(UnitId unit, NodeId peer, UnitRecord record) => new(
        FaultCode.AlreadyExists, $"cannot make unit {unit}",
        $"{peer} knows a unit of that name, whose writer is {record.Writer} in epoch {record.Epoch}",
        $"Choose another name, or delete that unit on its writer first. If it has none any more: 'nodeagent replication remove {unit} --peer {peer}', on {peer}.", Retry.Never);

    public static Fault NotCopy(UnitRecord record, string peer) => new(
        FaultCode.InvalidArgument, $"cannot make the copy of {record.Unit} on {peer} anew",
        $"{peer} keeps no copy of the unit ({(record.Copies.IsEmpty ? "no node does" : $"the copies: {string.Join(", ", record.Copies)}")})",
        $"To add it: 'nodeagent replication set {record.Unit} --replicate-to {string.Join(',', record.Copies.Select(node => node.Value).Append(peer))}'. To remove what it holds since it was left out: 'nodeagent replication remove {record.Unit} --peer {peer}'.", Retry.Never);

    public static Fault NoCopyThere(UnitId unit, NodeId peer) => NotRemoved(
        unit, peer, FaultCode.NotFound, $"{peer} has no record of the unit", "Nothing to do: 'nodeagent status' lists what was left out.");

    public static Fault WriterStorage(UnitId unit, NodeId peer) => NotRemoved(
        unit, peer, FaultCode.Diverged, $"its storage there is a writer's, or does not say that it is a copy", $"Look at 'nodeagent status' and 'nodeagent doctor' on {peer}.");

    public static Fault OnlyThere(UnitId unit, NodeId peer, string why) => NotRemoved(
        unit, peer, FaultCode.WouldLoseWrites, $"it may hold what no other node has: {why}",
        $"'nodeagent snapshot list {unit}' on {peer} shows what it holds. If that may be lost: nodeagent replication remove {unit} --peer {peer} --discard");

    public static Fault InService(UnitId unit, NodeId peer, string service) => NotRemoved(
        unit, peer, FaultCode.PreconditionFailed, $"it belongs to service {service}, which may go on with it",
        $"'nodeagent explain {service}' says where that is. If it is no more: nodeagent service forget {service}");

    public static Fault Alone(UnitId unit, NodeId self) => NotRemoved(
        unit, self, FaultCode.PreconditionFailed, "this node is in no cluster, and cannot ask whether anybody writes the unit", "Join the cluster again: 'nodeagent cluster join'.");

    public static Fault MayWrite(UnitId unit, NodeId self, NodeId peer, Fault silent) => NotRemoved(
        unit, self, FaultCode.PeerUnavailable, $"{peer} may still write the unit: {silent.Why}",
        $"Bring {peer} back, or take it out of the cluster after you have seen that it is off: 'nodeagent cluster remove {peer}'.");

    public static Fault StorageUntold(UnitId unit, NodeId self, NodeId peer) => NotRemoved(
        unit, self, FaultCode.PeerUnavailable, $"the agent on {peer} is too old to say what its storage holds", $"Upgrade {peer} first.");

    public static Fault RecordLost(UnitId unit, NodeId self, NodeId peer) => NotRemoved(
        unit, self, FaultCode.Diverged, $"the storage on {peer} may be the writer's, though {peer} has no record of the unit", $"If {peer} lost its record: 'nodeagent unit adopt {unit.Name}', on {peer}.");

    /// <summary>An order about a volume that an earlier one is not done with.</summary>
    public static Fault Unfinished(VolumeId volume, Operation earlier) => new(
        FaultCode.Busy, $"cannot do anything with volume {volume} yet",
        $"'{earlier.Kind}' is still at '{earlier.Step}'{(earlier.LastFault is { } fault ? $": {fault}" : "")}",
        "It goes on by itself: 'nodeagent operations'. A node that will not come back can be taken off: 'nodeagent replication set'.",
        Retry.Later);

    /// <summary>A delete that would take the copies of a unit whose own storage is not to be seen.</summary>
    public static Fault OnlyCopiesLeft(VolumeId volume, UnitRecord record) => new(
        FaultCode.PreconditionFailed, $"cannot delete volume {volume}",
        $"no volume of unit {volume.Unit} is on this node; only {string.Join(", ", record.Copies)} may still have its data",
        $"Is its file system mounted, its pool imported? To give the unit up: 'nodeagent replication set {volume.Unit} --replicate-to \"\"', then delete again.",
        Retry.AfterFix);

    /// <summary>A unit that has a record here, and no volume.</summary>
    public static Fault StorageMissing(UnitId unit) => new(
        FaultCode.PreconditionFailed, $"cannot make a volume in unit {unit}", "this node writes the unit, yet none of its volumes is here",
        $"Is its file system mounted, its pool imported? If the unit is lost for good: 'nodeagent volume delete {unit}/VOLUME' first.", Retry.AfterFix);

    /// <summary>A rebuild that would leave no data at all.</summary>
    public static Fault NothingToRebuildFrom(UnitId unit, NodeId peer) => new(
        FaultCode.PreconditionFailed, $"cannot make the copy of {unit} on {peer} anew",
        "this node has no complete snapshot of the unit: the copy may be all that is left",
        "Is its file system mounted, its pool imported? See 'nodeagent status'.", Retry.AfterFix);

    /// <summary>A rebuild of a copy that is good.</summary>
    public static Fault NotParted(UnitId unit, NodeId peer) => new(
        FaultCode.PreconditionFailed, $"cannot make the copy of {unit} on {peer} anew",
        "it has not parted from the writer's: increments bring it up to date", $"nodeagent replication run {unit}", Retry.Never);

    public static Fault CannotReplicate(BackendId backend) => new(
        FaultCode.Unsupported, $"cannot keep copies of a unit of backend {backend}", "the backend has no streams",
        "Leave out --replicate-to, or use another backend.", Retry.Never);

    private static Fault NotRemoved(UnitId unit, NodeId peer, FaultCode code, string why, string next) =>
        new(code, $"cannot remove the copy of {unit} on {peer}", why, next, Retry.AfterFix);
}
