using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Planned moves of services: the order lies in the cluster store, and nothing is moved beside it.</summary>
/// <param name="desk">Where orders are given.</param>
/// <param name="unitsOf">The units of a service that may run on this node; empty: it has none, or they are not known here.</param>
/// <param name="watch">Told of each move that ended well.</param>
internal sealed class ServiceMoves(FailoverDesk desk, Func<string, IReadOnlyList<UnitId>> unitsOf, Action<SwitchoverReport> watch)
{
    /// <summary>How long a move is waited for; the order stays in the store after that.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>True if there is such a service.</summary>
    public bool Knows(string service) => desk.View?.Record.Service(service) is not null || unitsOf(service).Count > 0;

    /// <summary>What a move would do, or why it cannot be. Changes nothing.</summary>
    public Outcome<SwitchoverReport> Plan(string service, string to)
    {
        if (desk.View is not { } view)
        {
            return FailoverDesk.Unseen($"move service {service}");
        }

        if (view.Record.Service(service) is not { } record)
        {
            return FailoverDesk.Nobody("move", service, view);
        }

        var target = new NodeId(to);
        if (!Names.IsValid(to) || Objection(view, record, target) is { } objection)
        {
            return Names.IsValid(to) ? Objection(view, record, target)! : Names.Invalid("node", to);
        }

        var (owner, units) = (record.Owner!.Node, unitsOf(service));
        var report = new SwitchoverReport(
            units.Count == 0 ? null : units[0], owner, target, record.Epoch, owner == target, [], [], null, 0, null, null, $"service {service} runs on {to} already")
        {
            Service = service,
        };
        return owner == target ? report with { FrozenSeconds = 0, TookSeconds = 0 } : report with
        {
            Epoch = new Epoch(record.Epoch.Value + 1),
            Steps = [.. Steps(record, owner, target)],
            Warnings = [.. Warnings(view, record, units)],
            Text = $"service {service} can be moved from {owner} to {to}",
        };
    }

    /// <summary>Gives the order and waits until the service runs there.</summary>
    public async Task<Outcome<SwitchoverReport>> MoveAsync(string service, string to, string why, CancellationToken cancellation)
    {
        var plan = Plan(service, to);
        if (!plan.IsOk || plan.Value.IsDone)
        {
            return plan;
        }

        var ordered = await desk.OrderAsync(new ServiceOrder(nameof(Orders.Move), service, why, to, Limit.TotalSeconds, null), cancellation);
        if (!ordered.IsOk)
        {
            return ordered.Fault;
        }

        var (order, epoch) = (ordered.Value, desk.View?.Record.Service(service)?.Epoch ?? plan.Value.Epoch);
        if (!order.IsDone)
        {
            return new Fault(
                FaultCode.TimedOut, $"cannot tell that service {service} runs on {to} yet", $"{order.Text}; last seen: {(order.Steps is [.., var last] ? last.Text : "nothing")}",
                $"The order stays: 'nodeagent explain {service}'. To take it back: nodeagent service move {service} --to {plan.Value.From}", Retry.AfterLook);
        }

        var away = order.AwaySeconds ?? 0;
        var done = plan.Value with
        {
            Epoch = epoch,
            IsDone = true,
            Steps = [],
            FrozenSeconds = away,
            TookSeconds = order.TookSeconds,
            Seen = order.Steps,
            Text = $"service {service} runs on {to} in epoch {epoch}; nobody ran it for {Spans.Short(TimeSpan.FromSeconds(away))}",
        };
        watch(done);
        return done;
    }

    private static Fault? Objection(ClusterView view, ServiceRecord record, NodeId to)
    {
        var name = record.Policy.Name;
        if (!record.Policy.Nodes.Contains(to))
        {
            return Refuse(name, to, $"it is not one of its nodes: {string.Join(", ", record.Policy.Nodes)}", "Choose one of them.");
        }

        if (record.Phase != ServicePhase.Running || !view.IsHeld(record))
        {
            return Refuse(name, to, $"it is {Explanations.Word(record.Phase)}{(record.Reason.Length > 0 ? $": {record.Reason}" : "")}", $"nodeagent explain {name}");
        }

        if (record.Owner!.Node == to)
        {
            return null;
        }

        if (record.Target is { } target && target != record.Owner.Node)
        {
            return Refuse(name, to, $"it is on its way to {target}", $"nodeagent explain {name}", FaultCode.Busy);
        }

        var candidate = Placer.ChooseForMove(view, record, record.Owner.Node).Candidates.FirstOrDefault(known => known.Node == to);
        return candidate?.Objection is { } why ? Refuse(name, to, $"{to}: {why}", $"nodeagent explain {to}")
            : record.Policy.HasCopies && view.OfferOf(to, name) is null ? Refuse(name, to, $"{to} holds no whole copy of its units", "Wait until it does: nodeagent replication list")
            : null;
    }

    private static IEnumerable<string> Steps(ServiceRecord record, NodeId from, NodeId to)
    {
        var name = record.Policy.Name;
        yield return $"Put the order to move {name} to {to} into the cluster store.";
        if (record.Policy.HasCopies)
        {
            yield return $"Bring {to} up to date while {name} runs on {from}.";
        }

        yield return $"Stop {name} on {from}, within {Spans.Short(record.Policy.StopLimit)}.";
        if (record.Policy.HasCopies)
        {
            yield return $"Send {to} the rest, close the units on {from}, and see that {to} holds everything; else open and start it on {from} again.";
        }

        yield return $"{to} takes it in the next epoch and starts it.";
    }

    private static IEnumerable<string> Warnings(ClusterView view, ServiceRecord record, IReadOnlyList<UnitId> units)
    {
        if (units.Count > 1)
        {
            yield return $"All its units move with it: {string.Join(", ", units)}.";
        }

        foreach (var node in record.Policy.Nodes.Where(node => !view.IsLive(node)))
        {
            yield return $"{node} is not here: until it is back, {(record.Policy.HasCopies ? "its copy gets older" : "it cannot take the service")}.";
        }

        if (!view.Record.Arm.IsArmed)
        {
            yield return "Takeovers are disarmed: if a node dies meanwhile, nobody takes the service.";
        }
    }

    private static Fault Refuse(string name, NodeId to, string why, string next, FaultCode code = FaultCode.PreconditionFailed) =>
        new(code, $"cannot move service {name} to {to}", why, next, Retry.AfterFix);
}
