using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Status;

/// <summary>Finds what an operator has to know, the worst first.</summary>
internal static class StatusProblems
{
    private const double AlmostFull = 0.9;

    public static IReadOnlyList<Problem> Find(
        NodeReport self, IReadOnlyList<NodeLine> nodes, IReadOnlyList<UnitLine> units, IEnumerable<Problem> more, DateTimeOffset now)
    {
        var found = more.ToList();
        found.AddRange(nodes.SelectMany(node => OfNode(node, now)));
        found.AddRange(units.SelectMany(unit => OfUnit(unit, now)));
        if (self.RestartRequired is { } old)
        {
            found.Add(new Problem(HealthLevel.Degraded, self.Node.Value, $"the agent still runs version {old}",
                "systemctl restart nodeagent"));
        }

        return [.. found.OrderByDescending(problem => problem.Level).ThenBy(problem => problem.Subject, StringComparer.Ordinal)];
    }

    /// <summary>The reserve for the loss of a node is used up; null: it is not, or that is not known.</summary>
    public static Problem? OfReserve(ReserveLine line) => line.Used > 1
        ? new Problem(
            HealthLevel.Degraded, line.Resource, $"what is used now would not fit on the others if {line.Lost} is lost: {ReserveLine.Percent(line.Used.Value)} of their {line.Resource}",
            "Move or stop something, or give them more.")
        : null;

    private static IEnumerable<Problem> OfNode(NodeLine node, DateTimeOffset now)
    {
        if (node.Reachable != Answer.Yes)
        {
            var since = node.LastSeen is { } seen ? $"not heard for {Spans.Short(now - seen)}" : "never heard";
            yield return new Problem(HealthLevel.Degraded, node.Name.Value, $"{node.Name} is unreachable, {since}",
                $"Check its power and network; on it: 'systemctl status nodeagent'.");
        }

        foreach (var path in node.Paths.Where(path => path.IsUp == false && node.Reachable == Answer.Yes))
        {
            yield return new Problem(HealthLevel.Degraded, node.Name.Value,
                $"path {path.Network} to {node.Name} ({path.Address}) is down; others carry on", "Check cable, switch and address.");
        }

        foreach (var problem in node.Backends.SelectMany(backend => OfBackend(node.Name, backend)))
        {
            yield return problem;
        }
    }

    private static IEnumerable<Problem> OfBackend(NodeId node, BackendLine backend)
    {
        var subject = $"{node}/{backend.Id}";
        if (backend.Health != HealthLevel.Ok || backend.State is not "ready")
        {
            var remarks = backend.Remarks.Count == 0 ? "" : ": " + string.Join("; ", backend.Remarks);
            yield return new Problem(
                backend.Health == HealthLevel.Failed || backend.State == "quarantined" ? HealthLevel.Failed : HealthLevel.Degraded,
                subject, $"backend {backend.Id} on {node} is {backend.State}, health {backend.Health.ToString().ToLowerInvariant()}{remarks}",
                "nodeagent plugin list");
        }

        foreach (var pool in backend.Pools)
        {
            if (pool.Health is HealthLevel.Degraded or HealthLevel.Failed)
            {
                yield return new Problem(pool.Health, subject,
                    $"pool {pool.Name} on {node} is {pool.Native}: {string.Join("; ", pool.Remarks)}", "Look at the pool's own status.");
            }

            if (pool is { CapacityBytes: > 0 and var capacity, AvailableBytes: { } available } && available < (1 - AlmostFull) * capacity)
            {
                yield return new Problem(HealthLevel.Degraded, subject,
                    $"pool {pool.Name} on {node} has {Spans.Size(available)} of {Spans.Size(capacity)} left",
                    "Delete what is not needed, or add disks.");
            }
        }
    }

    private static IEnumerable<Problem> OfUnit(UnitLine unit, DateTimeOffset now)
    {
        var subject = unit.Unit.ToString();
        if (unit.WriterReachable != Answer.Yes)
        {
            yield return new Problem(HealthLevel.Failed, subject, $"its writer {unit.Writer} does not answer", $"Bring {unit.Writer} back.");
        }

        if (unit.IsForgotten)
        {
            var name = unit.Unit.Name;
            yield return new Problem(HealthLevel.Degraded, subject,
                $"{unit.Writer}, its writer, has no record of it, and {string.Join(", ", unit.LeftOut.Select(left => left.Node))} still holds its data",
                $"Deleted there: 'nodeagent replication remove {name} --peer NODE' on each that holds it. Lost there: 'nodeagent unit adopt {name}', on {unit.Writer}.");
        }

        foreach (var copy in unit.Copies)
        {
            if (copy.Problem is not null)
            {
                yield return new Problem(HealthLevel.Degraded, subject, copy.Problem, "");
            }
            else if (!unit.IsPaused && copy.DataAsOf is { } asOf && now - asOf > CycleTiming.LargestAge(TimeSpan.FromSeconds(unit.IntervalSeconds)))
            {
                yield return new Problem(HealthLevel.Degraded, subject,
                    $"the copy on {copy.Node} is {Spans.Short(now - asOf)} old, wanted every {Spans.Short(TimeSpan.FromSeconds(unit.IntervalSeconds))}",
                    "nodeagent replication list");
            }
        }

        if (unit.Switchover is { Problem: { } problem } move)
        {
            yield return new Problem(HealthLevel.Degraded, subject, $"its move from {move.From} to {move.To} is at '{move.Step}': {problem}", "");
        }

        if (unit.IsPaused)
        {
            yield return new Problem(HealthLevel.Degraded, subject, "replication is paused", $"nodeagent replication resume {unit.Unit.Name}");
        }
    }
}
