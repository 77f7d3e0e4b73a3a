using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Units and their copies: the writer tells of all copies it heard of, every other node of its own.</summary>
internal sealed class UnitSource(Func<NodeReport> report, UpkeepWatch upkeep, TimeProvider time) : IMetricSource
{
    public string Collector => "units";

    public void Collect(AgentMetrics metrics)
    {
        var known = report();
        var units = known.Units.Select(unit => (Name: unit.Record.Unit.ToString(), Unit: unit)).ToList();
        var copies = units.SelectMany(
            unit => unit.Unit.Copies.Where(copy => upkeep.Find(unit.Unit.Record.Unit) is not null || unit.Unit.Record.Copies.Contains(copy.Node)).Select(copy => (unit.Name, Copy: copy))).ToList();
        metrics.UnitWriter.Replace(units.Select(unit => new GaugeSample(unit.Unit.Record.Writer == known.Node ? 1 : 0, unit.Name)));
        metrics.UnitEpoch.Replace(units.Select(unit => new GaugeSample(unit.Unit.Record.Epoch.Value, unit.Name)));
        metrics.UnitCopiesWanted.Replace(units.Select(unit => new GaugeSample(Wanted(unit.Unit.Record), unit.Name)));
        metrics.CopyState.Replace(copies
            .Where(copy => copy.Copy.Node == known.Node || copy.Copy.State != CopyState.Unknown)
            .SelectMany(copy => metrics.CopyState.States(Known.Of(copy.Copy.State), copy.Name, copy.Copy.Node.Value))
            .Concat(units.Where(unit => unit.Unit.Record.Writer == known.Node)
                .SelectMany(unit => metrics.CopyState.States(Known.Of(Own(known, unit.Unit)), unit.Name, known.Node.Value))));
        metrics.LossIfPromoted.Replace(copies.Select(copy => new GaugeSample(Loss(copy.Copy), copy.Name, copy.Copy.Node.Value)));
        metrics.ReplicationObjective.Replace(units
            .Where(unit => unit.Unit.Record is { IsPaused: false, Copies.Length: > 0 })
            .Select(unit => new GaugeSample(CycleTiming.LargestAge(unit.Unit.Record.Interval).TotalSeconds, unit.Name)));
        metrics.ReplicationRecoveryPointTimestamp.Replace(
            copies.Select(copy => new GaugeSample(UnixTime.Of(copy.Copy.DataAsOf), copy.Name, copy.Copy.Node.Value)));
    }

    // No record names the copies that the storage keeps itself; the certificate does.
    private double? Wanted(UnitRecord record) => upkeep.Find(record.Unit) is not { } kept ? record.Copies.Length + 1
        : kept.Report.Certified.Count > 0 ? kept.Report.Certified.Count
        : null;

    // The writer's own copy is what the others are measured by: in sync as long as its storage shows it. Where there is a
    // certificate, that counts: the writer's own drive may be the one that is gone.
    private CopyState Own(NodeReport node, UnitReport unit)
    {
        if (upkeep.Find(unit.Record.Unit) is { } kept)
        {
            return !kept.Report.Certified.TryGetValue(node.Node, out var isCovered) ? CopyState.Unknown : isCovered ? CopyState.InSync : CopyState.Outdated;
        }

        var backend = node.Backends.FirstOrDefault(known => known.Id == unit.Record.Unit.Backend);
        return backend is { State: "ready" or "degraded" } && unit.Volumes.Count > 0 ? CopyState.InSync : CopyState.Unknown;
    }

    private double? Loss(CopyLine copy) => copy.Confidence switch
    {
        LossConfidence.ProvenZero => 0,

        // Clocks differ a little; 0 is said only when it is proven.
        LossConfidence.UpperBound when copy.DataAsOf is { } asOf => Math.Max(0.001, (time.GetUtcNow() - asOf).TotalSeconds),
        _ => null,
    };
}
