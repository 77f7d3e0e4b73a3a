using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend;

/// <summary>Whether a grant allows what is asked.</summary>
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

    /// <summary>What is wrong with its epoch, or null. One epoch has one holder.</summary>
    public static Fault? CheckEpoch(WriteGrant grant, UnitRecord record, string what) =>
        grant.Epoch.Value < record.Epoch || (grant.Epoch.Value == record.Epoch && grant.Holder.Value != record.Holder)
            ? new Fault(
                FaultCode.StaleEpoch, what, $"epoch {grant.Epoch} has passed: {record.Holder} was promoted at epoch {record.Epoch}",
                "Look who the writer is now: nodeagent status.", Retry.Never)
            {
                Facts = new Dictionary<string, string>
                {
                    ["givenEpoch"] = grant.Epoch.ToString(), ["seenEpoch"] = new Epoch(record.Epoch).ToString(), ["holder"] = record.Holder,
                },
            }
            : null;
}
