using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Listing;

namespace NodeAgent.Plugins.ZfsBackend;

/// <summary>Whether a grant allows a change of a unit as it is.</summary>
internal static class Grants
{
    /// <summary>What is wrong with the grant itself, or null.</summary>
    public static Fault? Check(WriteGrant grant, UnitId unit, NodeId node, string what)
    {
        if (grant.Unit != unit)
        {
            return new Fault(FaultCode.InvalidArgument, what, $"the grant is for {grant.Unit}, not for {unit}", "Ask with the unit's own grant.", Retry.Never);
        }

        return grant.Holder == node
            ? null
            : new Fault(FaultCode.NotWriter, what, $"the grant is {grant.Holder}'s, this node is {node}", $"Do it on {grant.Holder}.", Retry.Never);
    }

    /// <summary>What is wrong with an epoch, or null.</summary>
    public static Fault? CheckEpoch(Epoch epoch, UnitState state, string what) => epoch < state.Epoch
        ? new Fault(
            FaultCode.StaleEpoch,
            what,
            $"epoch {epoch} is older than epoch {state.Epoch}, which this node has seen",
            "Look who the writer is now.",
            Retry.Never) { Facts = Epochs(epoch, state.Epoch) }
        : null;

    /// <summary>What forbids the holder of a grant to change an existing unit, or null.</summary>
    public static Fault? CheckWriter(WriteGrant grant, UnitState state, NodeId node, string what) =>
        Check(grant, state.Id, node, what)
        ?? CheckEpoch(grant.Epoch, state, what)
        ?? (state.Role == Role.Reader || (state.Exists && state.ReadOnly)
            ? new Fault(FaultCode.NotWriter, what, "this node's copy refuses writes", "Promote the unit here first.", Retry.AfterFix)
            : null);

    private static Dictionary<string, string> Epochs(Epoch given, Epoch seen) =>
        new(StringComparer.Ordinal) { ["givenEpoch"] = given.ToString(), ["seenEpoch"] = seen.ToString() };
}
