using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>
/// Real switchovers there and back, measured and checked: what nobody tries does not work on the day. Stops where anything
/// is not as it should be, and says where the service then is.
/// </summary>
internal sealed class DrillDesk(DrillParts parts)
{
    private static readonly TimeSpan ReturnLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);
    private int running;

    /// <summary>What a drill would do, or why it is not safe now. Changes nothing.</summary>
    public Outcome<DrillPlan> Plan(DrillOrder order)
    {
        var (name, view) = (order.Service, parts.Desk.View);
        if (view is null)
        {
            return FailoverDesk.Unseen($"drill service {name}");
        }

        if (view.Record.Service(name) is not { } service)
        {
            return FailoverDesk.Nobody("drill", name, view);
        }

        if (order.To is { } asked && !Names.IsValid(asked))
        {
            return Names.Invalid("node", asked);
        }

        var target = DrillRules.Target(view, service, order.To is { } to ? new NodeId(to) : null, parts.Foresight);
        var move = target.IsOk ? parts.Moves.Plan(name, target.Value.Value) : target.Fault;
        if (!move.IsOk)
        {
            return move.Fault;
        }

        if (service.Policy.HasCopies && parts.UnitsOf(name).Count == 0)
        {
            return DrillRules.Refuse(name, "its units are not known on this node, so that nothing could be checked", $"Give it on one of its nodes: {string.Join(", ", service.Policy.Nodes)}");
        }

        var (from, there) = (service.Owner!.Node, target.Value);
        return new DrillPlan(
            name, from, there, parts.Foresight.IfDead(view, service)?.Text ?? "",
            [
                .. move.Value.Steps, $"See by the identities of snapshots, or by what the storage says of both, that {there} began with exactly what {from} ended with.",
                $"Send it back to {from} in the same way, and see the same.", "Write and sign a report.",
            ]);
    }

    /// <summary>Carries a drill out. A fault: it was not begun. One that was begun ends with a report, passed or not.</summary>
    public async Task<Outcome<DrillReport>> RunAsync(DrillOrder order, CancellationToken cancellation)
    {
        if (Interlocked.Exchange(ref running, 1) == 1)
        {
            return DrillRules.Refuse(order.Service, "another drill runs on this node", "Wait until it has ended.") with { Code = FaultCode.Busy };
        }

        try
        {
            var plan = Plan(order);
            return !plan.IsOk ? plan.Fault
                : parts.Identity() is not { } identity ? DrillRules.Refuse(order.Service, "this node is in no cluster and has nothing to sign with", "nodeagent cluster init")
                : Keep(await RunAsync(plan.Value, identity.Cluster.Value, cancellation), identity.Certificate);
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }

    private async Task<DrillReport> RunAsync(DrillPlan plan, string cluster, CancellationToken cancellation)
    {
        var began = parts.Time.GetUtcNow();
        var legs = new List<DrillLeg>();
        parts.History.Tell("drill", plan.Service, $"begins: {plan.From} to {plan.To} and back");
        var trouble = await GoAsync(plan, plan.From, plan.To, legs, cancellation);
        trouble ??= await GoBackAsync(plan, legs, cancellation);
        var text = trouble is null
            ? $"service {plan.Service} went from {plan.From} to {plan.To} and came back, nothing was lost; nobody ran it for {Away(legs[0])} and {Away(legs[1])}"
            : $"the drill of service {plan.Service} failed: {trouble.Why}";
        parts.History.Tell("drill", plan.Service, text);
        return new DrillReport(
            DrillReport.Version, cluster, plan.Service, parts.Self, began, parts.Time.GetUtcNow(), trouble is null, text,
            trouble?.NextStep ?? "", plan.From, plan.To, plan.IfNodeDies, legs);
    }

    /// <summary>One way; null if all went well.</summary>
    private async Task<Fault?> GoAsync(DrillPlan plan, NodeId from, NodeId to, List<DrillLeg> legs, CancellationToken cancellation)
    {
        var moved = await parts.Moves.MoveAsync(plan.Service, to.Value, "drill", cancellation);
        if (!moved.IsOk)
        {
            return moved.Fault;
        }

        var checks = new List<DrillCheck>();
        foreach (var unit in parts.UnitsOf(plan.Service))
        {
            checks.AddRange(parts.Synchronous(unit) is { } storage
                ? [await SameAsync(storage, unit, from, to, cancellation)]
                : await CompareAsync(unit, from, to, new Epoch(moved.Value.Epoch.Value - 1), cancellation));
        }

        var move = moved.Value;
        legs.Add(new DrillLeg(from, to, move.Epoch, move.FrozenSeconds ?? 0, move.TookSeconds ?? 0, move.Seen, checks));
        return checks.FirstOrDefault(check => !check.IsSame) is not { } bad ? null : new Fault(
            FaultCode.Diverged, $"cannot tell that nothing of {bad.Unit}/{bad.Volume} was lost", $"{bad.Unit}/{bad.Volume} from {from} to {to}: {bad.Text}",
            $"The service runs on {to} and stays there; look at 'nodeagent status' and keep what {from} has.", Retry.AfterLook);
    }

    private async Task<IEnumerable<DrillCheck>> CompareAsync(UnitId unit, NodeId from, NodeId to, Epoch ended, CancellationToken cancellation)
    {
        var former = await parts.EvidenceAsync(from, unit, cancellation);
        var present = former.IsOk ? await parts.EvidenceAsync(to, unit, cancellation) : former;
        return present.IsOk
            ? DrillComparison.Of(former.Value, present.Value, ended)
            : [new DrillCheck(unit, "", null, null, IsSame: false, present.Fault.ToString())];
    }

    // No snapshots to compare: after a move in order both sides are what the storage calls whole.
    private static async Task<DrillCheck> SameAsync(SynchronousBackend storage, UnitId unit, NodeId from, NodeId to, CancellationToken cancellation)
    {
        var there = await storage.HoldsAllAsync(unit, to, cancellation);
        var both = there.IsOk ? await storage.HoldsAllAsync(unit, from, cancellation) : there;
        return new DrillCheck(unit, "", null, null, both.IsOk, both.Fault?.ToString() ?? $"the storage says that {from} and {to} hold everything");
    }

    // The former writer must have become a good copy first: that is part of what is tried.
    private async Task<Fault?> GoBackAsync(DrillPlan plan, List<DrillLeg> legs, CancellationToken cancellation)
    {
        var began = parts.Time.GetTimestamp();
        while (parts.Moves.Plan(plan.Service, plan.From.Value) is { IsOk: false, Fault: var fault })
        {
            if (parts.Time.GetElapsedTime(began) > ReturnLimit)
            {
                return fault with { NextStep = $"The service runs on {plan.To}. {fault.NextStep}" };
            }

            await Task.Delay(Glance, parts.Time, cancellation);
        }

        return await GoAsync(plan, plan.To, plan.From, legs, cancellation);
    }

    private Outcome<DrillReport> Keep(DrillReport report, X509Certificate2 certificate)
    {
        var kept = parts.Book.Keep(report, DrillSeal.Close(report, certificate));
        return kept.IsOk ? kept : report with { HasPassed = false, Text = $"{report.Text}; its report could not be kept: {kept.Fault}" };
    }

    private static string Away(DrillLeg leg) => Spans.Short(TimeSpan.FromSeconds(leg.AwaySeconds));
}
