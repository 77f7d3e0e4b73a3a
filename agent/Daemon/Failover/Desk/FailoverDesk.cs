using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Where operators ask and order. Orders go to the store; what is told is what the store shows.</summary>
internal sealed class FailoverDesk(FailoverSeat seat, IClusterLedger ledger, PowerEffects power, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(10);
    private readonly BootClock clock = new(time);
    private readonly Explanations explanations = new(seat.Loop.Settings, seat.Monitor);

    /// <summary>Whether storage lets a node go.</summary>
    public AbsenceCheck Absences { get; init; } = AbsenceCheck.Nothing;

    /// <summary>The store as this node saw it last; null: never.</summary>
    public ClusterView? View => seat.View();

    /// <summary>The store as it is at this moment; null: it does not answer in time.</summary>
    public async Task<ClusterView?> LookAsync(CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(LookLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            // A store that is just choosing a leader answers soon.
            while (true)
            {
                if (await ledger.LookAsync(either.Token) is { IsOk: true, Value: var view })
                {
                    return view;
                }

                await Task.Delay(LookEvery * 10, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private NodeSettings Settings => seat.Loop.Settings;

    /// <summary>All services.</summary>
    public ServicesReport Services()
    {
        var (state, arm) = (seat.Loop.State, seat.View()?.Record.Arm ?? ArmRecord.Armed);
        var lines = seat.View() is { } view
            ? view.Record.Services.Values.Select(service => explanations.Line(view, service, state.Waits.GetValueOrDefault(service.Policy.Name))).ToList()
            : [];
        return new ServicesReport(
            Settings.Self, time.GetUtcNow(), state.Session != 0 && clock.Now < state.Lease.WritableUntil(Settings.Timings), arm.IsArmed, arm.Reason, lines);
    }

    /// <summary>Why a service or a node is as it is.</summary>
    public Outcome<ExplainReport> Explain(string name)
    {
        if (seat.View() is not { } view)
        {
            return Unseen($"explain {name}");
        }

        return view.Record.Service(name) is { } service ? explanations.Service(seat.Loop.State, view, service)
            : UnitRules.IsRemembered(view, name) ? Explanations.Remembered(view, name)
            : Names.IsValid(name) && view.Record.Member(new NodeId(name)) is { } member ? explanations.Node(seat.Loop.State, view, member)
            : Nobody("explain", name, view);
    }

    /// <summary>What would happen if a node died now.</summary>
    public Outcome<WhatIfReport> NodeDown(string name)
    {
        if (seat.View() is not { } view)
        {
            return Unseen($"tell what if {name} died");
        }

        if (!Names.IsValid(name) || view.Record.Member(new NodeId(name)) is not { } member)
        {
            return Nobody("tell what if it died", name, view);
        }

        var mine = view.Record.Services.Values.Where(service => service.Owner?.Node == member.Node);
        return new WhatIfReport(member.Node, Settings.Timings.Lease.TotalSeconds, [.. mine.Select(service => explanations.Line(view, service, null))])
        {
            Store = Settings.StoreWithout(member.Node),
        };
    }

    /// <summary>What draining a node would mean.</summary>
    public async Task<Outcome<DrainPlan>> PlanDrainAsync(string name, CancellationToken cancellation)
    {
        if (seat.View() is not { } view)
        {
            return Unseen($"plan to drain {name}");
        }

        if (!Names.IsValid(name) || view.Record.Member(new NodeId(name)) is not { } member)
        {
            return Nobody("plan to drain", name, view);
        }

        return new DrainPlan(member.Node, DrainMoves.Of(view, member), await Absences.LookAsync(view, member.Node, cancellation));
    }

    /// <summary>Puts an order into the store and waits until it is carried out.</summary>
    public async Task<Outcome<OrderReport>> OrderAsync(ServiceOrder order, CancellationToken cancellation)
    {
        if (!Enum.TryParse<Orders>(order.What, ignoreCase: true, out var what) || !Enum.IsDefined(what))
        {
            return Refused(order, "nobody knows such an order", "The command line and the agent may be of different versions.");
        }

        if (seat.View() is not { } before)
        {
            return Unseen($"order {order.What} {order.Of}");
        }

        if (Objection(what, order, before) is { } objection)
        {
            return objection;
        }

        if (what == Orders.Drain && !order.IsForced && await Absences.RefusalAsync(before, new NodeId(order.Of), cancellation) is { } refusal)
        {
            return refusal;
        }

        NodeId? to = order.To is { } node ? new NodeId(node) : null;
        var why = order.ForSeconds is { } seconds ? ArmUntil.Write(order.Why, time.GetUtcNow().AddSeconds(seconds)) : order.Why;
        var began = time.GetTimestamp();
        var answer = await ledger.AskAsync(new Wish.Order(what, order.Of, why, to), seat.Loop.State.Session, cancellation);
        return answer switch
        {
            WishAnswer.Done when what == Orders.Drain && !order.IsForced && await new LateDrain(this, ledger).RefusalAsync(order, before, seat.Loop.State.Session, cancellation) is { } late => late,
            WishAnswer.Done => await WaitAsync(what, order, to, before, began, cancellation),
            WishAnswer.Refused => Refused(order, Contradiction(what, order.Of, seat.View() ?? before), $"nodeagent explain {order.Of}".TrimEnd()),
            _ => new Fault(FaultCode.TimedOut, $"cannot order {order.What} {order.Of}".TrimEnd(), "the cluster store did not answer; it may have taken the order", "Look at 'nodeagent status', then order it again: that does no harm.", Retry.AfterLook),
        };
    }

    /// <summary>Cuts the power of a node and tells the store.</summary>
    public Task<Outcome<OrderReport>> FenceAsync(string name, CancellationToken cancellation) =>
        new OrderedFence(this, Settings, ledger, power, time).RunAsync(name, seat.Loop.State.Session, cancellation);

    private Fault? Objection(Orders what, ServiceOrder order, ClusterView view) => what switch
    {
        Orders.Drain or Orders.Undrain or Orders.ConfirmDead when !Names.IsValid(order.Of) || view.Record.Member(new NodeId(order.Of)) is null => Nobody(order.What, order.Of, view),
        Orders.Disarm or Orders.Arm or Orders.Drain or Orders.Undrain or Orders.ConfirmDead => null,
        Orders.Forget when view.Record.Units.GetValueOrDefault(order.Of) is { Service: null } || UnitRules.IsForgettable(view, order.Of) || seat.IsRemembered(order.Of) => null,
        _ when view.Record.Service(order.Of) is null => Nobody(order.What, order.Of, view),
        Orders.Move when order.To is not { } to || !view.Record.Service(order.Of)!.Policy.Nodes.Contains(new NodeId(to)) =>
            Refused(order, $"{order.To ?? "no node"} is not one of its nodes: {string.Join(", ", view.Record.Service(order.Of)!.Policy.Nodes)}", "Choose one of them."),
        _ => null,
    };

    private async Task<Outcome<OrderReport>> WaitAsync(
        Orders what, ServiceOrder order, NodeId? to, ClusterView before, long began, CancellationToken cancellation)
    {
        var sight = new OrderSight(order.Of);
        while (true)
        {
            var view = seat.View()!;
            var took = time.GetElapsedTime(began).TotalSeconds;
            sight.Look(view, took);
            var isReached = view.Revision > before.Revision && OrderGoals.IsReached(what, order.Of, to, before, view);
            if (isReached || took >= order.WaitSeconds)
            {
                var waits = seat.Loop.State.Waits.GetValueOrDefault(order.Of);
                var text = isReached && what == Orders.AcceptLoss && view.Record.Service(order.Of) is { } taken ? Explanations.Taken(taken)
                    : isReached ? $"{order.What} {order.Of}: done" : $"{order.What} {order.Of}: ordered, not done yet{(waits is null ? "" : $": {waits}")}";
                return new OrderReport(isReached, text.Replace("  ", " ", StringComparison.Ordinal), Math.Round(took, 3), sight.Steps)
                {
                    AwaySeconds = sight.AwaySeconds,
                };
            }

            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    private static string Contradiction(Orders what, string of, ClusterView view) => what switch
    {
        Orders.Forget when view.ConfiguredOn(of).ToList() is { Count: > 0 } nodes =>
            $"it is still in the configuration of {string.Join(" and ", nodes)}: take it out there, and restart the agent",
        Orders.Forget => "a node has it, or may have it",
        Orders.ConfirmDead => $"{of} holds its lease: it is not off",
        Orders.AcceptLoss when view.Record.Service(of) is { } service && StoreAge.IsOlder(view, service) => $"a node has it, and writes. {Explanations.Doubted(view, service)}",
        Orders.AcceptLoss => "a node has it and its lease has not ended: there is no loss yet that could be accepted",
        _ => "the cluster store says that it cannot be so",
    };

    private static Fault Refused(ServiceOrder order, string why, string next) =>
        new(FaultCode.PreconditionFailed, $"cannot order {order.What} {order.Of}".TrimEnd(), why, next, Retry.AfterFix);

    public static Fault Unseen(string what) => new(
        FaultCode.PeerUnavailable, $"cannot {what}", "this node has not reached the cluster store since it started", "Look at 'nodeagent status' and at the store's own logs.", Retry.Later);

    public static Fault Nobody(string what, string name, ClusterView view) => new(
        FaultCode.NotFound, $"cannot {what} {name}", "there is no such service or node in the cluster store",
        $"Services: {Listed(view.Record.Services.Keys)}; nodes: {Listed(view.Record.Members.Keys)}.", Retry.Never);

    private static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));
}
