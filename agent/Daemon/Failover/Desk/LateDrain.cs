using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>
/// Two nodes that are drained at one moment: storage was asked about each while the other counted as on. So it is asked once more when the
/// store has the order; the later order is taken back, or both are if each sees the other.
/// </summary>
internal sealed class LateDrain(FailoverDesk desk, IClusterLedger ledger)
{
    /// <summary>Why the order was taken back; null: it stands.</summary>
    public async Task<Fault?> RefusalAsync(ServiceOrder order, ClusterView before, long session, CancellationToken cancellation)
    {
        var node = new NodeId(order.Of);
        if (before.Record.Member(node) is { IsDrained: true } || await desk.LookAsync(cancellation) is not { } now)
        {
            return null;
        }

        var others = AbsenceCheck.Away(now, node).Except(AbsenceCheck.Away(before, node)).ToList();
        if (others.Count == 0 || await desk.Absences.RefusalAsync(now, node, cancellation) is not { } refusal)
        {
            return null;
        }

        var why = $"{string.Join(" and ", others)} was drained at the same moment";
        var answer = await ledger.AskAsync(new Wish.Order(Orders.Undrain, order.Of, why, null), session, cancellation);
        return refusal with
        {
            Why = $"{why}. {refusal.Why}",
            NextStep = answer == WishAnswer.Done ? refusal.NextStep : $"It may still be drained: nodeagent undrain {node}. {refusal.NextStep}",
        };
    }
}
