using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Status;

/// <summary>
/// Makes one status of this node's report and what the peers last said. Pure, so that every case can be tested: the
/// writer's word counts while it is heard; when it is not, each copy speaks for itself.
/// </summary>
public static class StatusMerge
{
    /// <summary>The version of the status's shape.</summary>
    public const string ApiVersion = "nodeagent/1";

    /// <summary>The status.</summary>
    /// <param name="cluster">The cluster; null: none.</param>
    /// <param name="self">This node's report.</param>
    /// <param name="peers">What the others said.</param>
    /// <param name="more">What else is not as it should be.</param>
    /// <param name="now">The wall clock.</param>
    public static ClusterStatus Merge(string? cluster, NodeReport self, IReadOnlyList<PeerView> peers, IEnumerable<Problem> more, DateTimeOffset now)
    {
        var reports = new List<NodeReport> { self };
        reports.AddRange(peers.Select(peer => peer.Report).OfType<NodeReport>());
        var reachable = peers.ToDictionary(peer => peer.Node, peer => peer.Reachable);
        reachable[self.Node] = Answer.Yes;
        var units = reports.SelectMany(report => report.Units.Select(unit => (report.Node, Unit: unit)))
            .GroupBy(entry => entry.Unit.Record.Unit)
            .OrderBy(group => group.Key.ToString(), StringComparer.Ordinal)
            .Select(group => MergeUnit([.. group], [.. reports.Select(report => report.Node)], reachable, now))
            .ToList();
        var nodes = peers.Select(peer => new NodeLine(
                peer.Node, peer.Reachable, peer.Report?.Version, peer.LastSeen, peer.Paths, peer.Report?.Backends ?? []) { Load = NodeReserve.Heard(peer, now) })
            .Append(new NodeLine(self.Node, Answer.Yes, self.Version, now, [], self.Backends) { Load = NodeReserve.Own(self.Load) })
            .OrderBy(node => node.Name.Value, StringComparer.Ordinal)
            .ToList();
        var reserve = NodeReserve.Of([.. nodes.Select(node => (node.Name, node.Load))]);
        var problems = StatusProblems.Find(self, nodes, units, [.. more, .. reserve.Select(StatusProblems.OfReserve).OfType<Problem>()], now);
        var verdict = problems.Any(problem => problem.Level == HealthLevel.Failed) ? HealthLevel.Failed
            : problems.Count > 0 ? HealthLevel.Degraded : HealthLevel.Ok;
        return new ClusterStatus(ApiVersion, cluster, self.Node, now, verdict, problems, nodes, units) { Reserve = reserve };
    }

    private static UnitLine MergeUnit(
        IReadOnlyList<(NodeId Node, UnitReport Unit)> all, IReadOnlyList<NodeId> heard, Dictionary<NodeId, Answer> reachable, DateTimeOffset now)
    {
        // Made anew, a unit has another life, and says nothing of what is left of the one before.
        var seen = all.Where(entry => !LeftOuts.IsOfEarlier(entry.Unit.Record, all)).ToList();
        var record = seen.OrderBy(entry => entry.Unit.Record.Epoch).ThenBy(entry => entry.Unit.Record.Revision)
            .ThenBy(entry => entry.Node == entry.Unit.Record.Writer).Last().Unit.Record;
        var writerHeard = reachable.GetValueOrDefault(record.Writer, Answer.Unknown);
        var byWriter = seen.FirstOrDefault(entry => entry.Node == record.Writer).Unit;
        var isForgotten = writerHeard == Answer.Yes && byWriter is null && heard.Contains(record.Writer) && LeftOuts.AreOld(record, seen, now);

        // Storage that keeps its copies itself tells where they are; no record does.
        var nodes = isForgotten ? [] : record.Copies.Length > 0 ? [.. record.Copies]
            : (byWriter?.Copies ?? seen[0].Unit.Copies).Select(copy => copy.Node).Where(node => node != record.Writer).ToList();
        var copies = nodes.Select(node => PickCopy(node, writerHeard, byWriter, seen)).ToList();
        var (text, seconds) = isForgotten ? ($"unknown: {record.Writer} has no record of it", null) : WouldLose(record.Interval, copies, now);
        return new UnitLine(
            record.Unit, record.Writer, writerHeard, record.Epoch, record.Interval.TotalSeconds, record.IsPaused,
            byWriter?.Volumes ?? seen[0].Unit.Volumes, copies, text, seconds)
        {
            Switchover = seen.Select(entry => entry.Unit.Switchover).FirstOrDefault(move => move is not null),
            LeftOut = LeftOuts.Find(record, nodes, all, isForgotten),
            IsForgotten = isForgotten,
        };
    }

    private static CopyLine PickCopy(
        NodeId node, Answer writerHeard, UnitReport? byWriter, IReadOnlyList<(NodeId Node, UnitReport Unit)> seen)
    {
        var told = byWriter?.Copies.FirstOrDefault(copy => copy.Node == node);
        var own = seen.FirstOrDefault(entry => entry.Node == node).Unit?.Copies.FirstOrDefault(copy => copy.Node == node);
        var best = writerHeard == Answer.Yes ? told ?? own : own ?? told;
        if (best is null)
        {
            return new CopyLine(node, CopyState.Unknown, null, null, LossConfidence.Unknown, "nobody has told of it", null, null);
        }

        // The copy's own word on its data is the newer of the two when the writer was restarted.
        return best.DataAsOf is null && own?.DataAsOf is not null
            ? best with { Snapshot = own.Snapshot, DataAsOf = own.DataAsOf, Confidence = own.Confidence, Evidence = own.Evidence }
            : best;
    }

    private static (string Text, double? Seconds) WouldLose(
        TimeSpan interval, IReadOnlyList<CopyLine> copies, DateTimeOffset now)
    {
        if (copies.Count == 0)
        {
            return ("everything: there is no copy", null);
        }

        if (copies.Any(copy => copy.Confidence == LossConfidence.ProvenZero))
        {
            return ("nothing", 0);
        }

        var best = copies.Where(copy => copy.DataAsOf is not null).OrderByDescending(copy => copy.DataAsOf).FirstOrDefault();
        if (best is null)
        {
            return ("everything: no copy is complete", null);
        }

        var lag = Math.Max(0, (now - best.DataAsOf!.Value).TotalSeconds);
        var late = lag > CycleTiming.LargestAge(interval).TotalSeconds ? ", behind schedule" : "";
        return ($"at most {Spans.Short(TimeSpan.FromSeconds(lag))} on {best.Node}{late}", Math.Round(lag, 3));
    }
}
