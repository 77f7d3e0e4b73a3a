using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>When an order is carried out, as the store shows it.</summary>
internal static class OrderGoals
{
    /// <summary>Whether it is so; <paramref name="before"/> is the store when it was ordered.</summary>
    public static bool IsReached(Orders what, string of, NodeId? to, ClusterView before, ClusterView now) => what switch
    {
        Orders.Start => Running(now, of),
        Orders.Stop => now.Record.Service(of) is null or { Owner: null },
        Orders.Forget => now.Record.Service(of) is null && now.Record.Units.GetValueOrDefault(of) is not { Service: null }
            && (UnitRules.IsUnit(of) ? now.Record.Gone.GetValueOrDefault(of) > before.Record.Gone.GetValueOrDefault(of) : !UnitRules.IsForgettable(now, of)),
        Orders.Move => Running(now, of) && now.Record.Service(of)?.Owner?.Node == to,
        Orders.AcceptLoss => Running(now, of) && now.Record.Service(of)!.Epoch > (before.Record.Service(of)?.Epoch ?? Epoch.None),
        Orders.Drain => now.Record.Services.Values.All(service => service.Owner?.Node.Value != of),
        Orders.ConfirmDead => before.Record.Services.Values.Where(service => service.Owner?.Node.Value == of && service.Wanted == WantedState.Running)
            .All(service => Running(now, service.Policy.Name) && now.Record.Service(service.Policy.Name)!.Epoch > service.Epoch),
        _ => true,
    };

    private static bool Running(ClusterView now, string name) =>
        now.Record.Service(name) is { Phase: ServicePhase.Running } service && now.IsHeld(service);
}
