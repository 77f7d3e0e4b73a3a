using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Cluster.Ledger;

/// <summary>What a wish rests on besides the record: that leases are as they were seen.</summary>
internal static class LedgerConditions
{
    public static IReadOnlyList<StoreCondition> Of(LedgerSight sight, Wish wish, NodeId self)
    {
        IEnumerable<NodeId> nodes = wish switch
        {
            // Its own owner must be gone, and what runs elsewhere decides where it may run.
            // The same for units that change their service.
            Wish.Take or Wish.Define => [self, .. Owners(sight.Record)],
            Wish.Join => sight.Record.Member(self)?.Fence is { Done: null } fence ? [self, fence.By] : [self],
            Wish.Order { What: Orders.ConfirmDead } order => [new NodeId(order.Of)],
            Wish.Order { What: Orders.Forget } => Owners(sight.Record),
            Wish.Order => [],
            _ => [self],
        };
        var conditions = nodes.Distinct().Select(sight.SessionUntouched).Append(new(StoreKeys.Cluster, sight.RecordModified));
        return wish switch
        {
            Wish.BeginFence begin => [.. conditions, StoreCondition.Absent(StoreKeys.PresenceOf(begin.Node))],

            // Whoever is heard under this name since is another machine.
            Wish.Join join when sight.Record.Member(self)?.BootId != join.BootId => [.. conditions, StoreCondition.Absent(StoreKeys.PresenceOf(self))],
            _ => [.. conditions],
        };
    }

    private static IEnumerable<NodeId> Owners(ClusterRecord record) => record.Services.Values.Select(service => service.Owner?.Node).OfType<NodeId>();
}
