using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Cluster.Ledger;

/// <summary>What a wish rests on besides the record: that leases are as they were seen.</summary>
internal static class LedgerConditions
{
    public static IReadOnlyList<StoreCondition> Of(LedgerSight sight, Wish wish, NodeId self)
    {
        var nodes = wish switch
        {
            Wish.Take take when sight.Record.Service(take.Service)?.Owner is { } owner => [self, owner.Node],
            Wish.Order { What: Orders.ConfirmDead } order => [new NodeId(order.Of)],
            Wish.Order => Array.Empty<NodeId>(),
            _ => [self],
        };
        var conditions = nodes.Distinct().Select(sight.SessionUntouched).Append(new(StoreKeys.Cluster, sight.RecordModified));
        return wish is Wish.BeginFence begin ? [.. conditions, StoreCondition.Absent(StoreKeys.PresenceOf(begin.Node))] : [.. conditions];
    }
}
