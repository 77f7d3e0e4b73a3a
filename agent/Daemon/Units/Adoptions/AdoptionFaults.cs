using NodeAgent.Contract;
using NodeAgent.Core.Units;

namespace NodeAgent.Daemon.Units.Adoptions;

/// <summary>What can stand in the way of adopting a unit, in words.</summary>
internal static class AdoptionFaults
{
    public static Fault NoStorage(string unit, NodeId self) => new(
        FaultCode.NotFound, $"cannot adopt unit '{unit}'", $"no storage of that name is on {self}",
        "Is its pool imported, its file system mounted? 'nodeagent plugin list' shows the backends.", Retry.AfterFix);

    public static Fault NotLost(UnitRecord record) => new(
        FaultCode.PreconditionFailed, $"cannot adopt unit {record.Unit}", $"its record is not lost: {record.Writer} writes it in epoch {record.Epoch}",
        "Nothing to do.", Retry.Never);

    public static Fault NotInCluster(UnitId unit) => new(
        FaultCode.PreconditionFailed, $"cannot adopt unit {unit}", "this node is in no cluster, and cannot ask whether another one has come to write it",
        "Join the cluster again: 'nodeagent cluster join'. Only a node that always was alone may found one: 'nodeagent cluster init'.", Retry.AfterFix);

    public static Fault StorageUntold(UnitId unit, NodeId peer) => new(
        FaultCode.PeerUnavailable, $"cannot adopt unit {unit}", $"the agent on {peer} is too old to say what its storage holds",
        $"Upgrade {peer} first.", Retry.AfterFix);

    public static Fault CopyUnseen(UnitId unit, NodeId peer, Fault why) => new(
        FaultCode.PeerUnavailable, $"cannot adopt unit {unit}", $"the copy on {peer} cannot be compared: {why.Why}",
        why.NextStep, Retry.AfterFix);
}
