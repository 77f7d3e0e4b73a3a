using NodeAgent.Contract;
using NodeAgent.Core.Replication;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>Units and their copies: the writer tells of all copies it heard of, every other node of its own.</summary>
internal sealed class UnitSource(Func<NodeReport> report, TimeProvider time) : IMetricSource
{
    public string Collector => "units";

    public void Collect(AgentMetrics metrics)
    {
        var known = report();
        var units = known.Units.Select(unit => (Name: unit.Record.Unit.ToString(), Unit: unit)).ToList();
        var copies = units.SelectMany(
            unit => unit.Unit.Copies.Where(copy => unit.Unit.Record.Copies.Contains(copy.Node)).Select(copy => (unit.Name, Copy: copy))).ToList();
        metrics.UnitWriter.Replace(units.Select(unit => new GaugeSample(unit.Unit.Record.Writer == known.Node ? 1 : 0, unit.Name)));
        metrics.UnitEpoch.Replace(units.Select(unit => new GaugeSample(unit.Unit.Record.Epoch.Value, unit.Name)));
        metrics.UnitCopiesWanted.Replace(units.Select(unit => new GaugeSample(unit.Unit.Record.Copies.Length + 1, unit.Name)));
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

    // The writer's own copy is what the others are measured by: in sync as long as its storage shows it.
    private static CopyState Own(NodeReport node, UnitReport unit)
    {
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
