using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>What an operator's order changes.</summary>
internal static class OrderRules
{
    public static ClusterRecord? Apply(ClusterView view, Wish.Order order, NodeId by) => Apply(view, view.Record, order, by);

    private static ClusterRecord? Apply(ClusterView view, ClusterRecord record, Wish.Order order, NodeId by) => order.What switch
    {
        Orders.Start => OnService(record, order, service => service with { Wanted = WantedState.Running, FailedOn = service.FailedOn.Clear(), FailedBefore = service.FailedBefore.Clear(), Failures = 0, KeptFor = Kept(service) }),
        Orders.Stop => OnService(record, order, service => service with { Wanted = WantedState.Stopped, Target = null }),
        Orders.Ignore => OnService(record, order, service => service with { Wanted = WantedState.Unmanaged }),
        Orders.Move => order.To is { } to
            ? OnService(record, order, service => service.Owner?.Node == to ? service with { Target = null } : service with { Target = to, KeptFor = Kept(service), FailedOn = service.FailedOn.Remove(to.Value), FailedBefore = service.FailedBefore.Remove(to.Value), Failures = 0 })
            : null,
        // Given while somebody has it, it would be kept for a loss that nobody has seen.
        Orders.AcceptLoss when record.Service(order.Of) is { } service && view.IsHeld(service) && !view.IsDeclaredDead(service.Owner!.Node) => null,
        Orders.AcceptLoss => OnService(record, order, service => StoreAge.Accept(view, service) with { Target = order.To ?? service.Target }),
        Orders.Reset => OnService(record, order, service => service with { FailedOn = service.FailedOn.Clear(), FailedBefore = service.FailedBefore.Clear(), Failures = 0 }),
        Orders.Forget => UnitRules.Forget(view, order.Of),
        Orders.Drain => OnMember(record, order, member => member with { IsDrained = true }),
        Orders.Undrain => OnMember(record, order, member => member with { IsDrained = false }),
        // Whoever renews its lease is not off, whatever an operator saw.
        Orders.ConfirmDead when view.IsLive(new NodeId(order.Of)) => null,
        Orders.ConfirmDead => OnMember(record, order, member => member with
        {
            Fence = new FenceRecord(member.Session, by, new Proof(ProofKind.Operator, order.Why)),
        }),
        Orders.Disarm => record with { Arm = new ArmRecord(false, record.Arm.Number + 1, order.Why) },
        Orders.Arm => record with { Arm = new ArmRecord(true, record.Arm.Number + 1, order.Why) },
        _ => null,
    };

    // What nobody had yet has its data only where it was made: whoever else began it would begin without.
    private static NodeId? Kept(ServiceRecord service) => service.Policy.HasCopies && service.Epoch == Epoch.None ? service.KeptFor : null;

    private static ClusterRecord? OnService(ClusterRecord record, Wish.Order order, Func<ServiceRecord, ServiceRecord> change) =>
        record.Service(order.Of) is { } service ? record.With(change(service)) : null;

    private static ClusterRecord? OnMember(ClusterRecord record, Wish.Order order, Func<MemberRecord, MemberRecord> change) =>
        record.Member(new NodeId(order.Of)) is { } member ? record.With(change(member)) : null;
}
