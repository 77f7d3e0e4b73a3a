using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Hosting.Meters;

/// <summary>What the upkeep of storage that keeps its copies itself saw at its last steps.</summary>
internal sealed class UpkeepSource(UpkeepWatch watch) : IMetricSource
{
    public string Collector => "upkeep";

    public void Collect(AgentMetrics metrics)
    {
        var all = watch.Lines.Select(line => (Unit: line.Report.Unit.ToString(), Line: line, line.Report)).ToList();
        var fresh = all.Where(known => watch.IsFresh(known.Line)).ToList();
        metrics.UpkeepLastLookTimestamp.Replace(all.Select(known => new GaugeSample(UnixTime.Of(known.Report.ObservedAt), known.Unit)));
        metrics.LegState.Replace(fresh.SelectMany(known => known.Report.Legs.SelectMany(
            leg => metrics.LegState.States(Known.Of(leg.State), known.Unit, leg.Node.Value, leg.Name))));
        metrics.LegPathUp.Replace(fresh.SelectMany(known => known.Report.Paths.Select(
            path => new GaugeSample(path.IsUp ? 1 : 0, known.Unit, path.Leg, path.Network))));
        metrics.SyncCertificateReadable.Replace(fresh.Where(known => known.Report.IsCertificateRead != Answer.Unknown)
            .Select(known => new GaugeSample(known.Report.IsCertificateRead == Answer.Yes ? 1 : 0, known.Unit)));
        metrics.SyncCertificateCovers.Replace(fresh.SelectMany(known => known.Report.Certified.Select(
            copy => new GaugeSample(copy.Value ? 1 : 0, known.Unit, copy.Key.Value))));
        metrics.CopiesParted.Replace(fresh.Where(known => known.Report.IsParted != Answer.Unknown)
            .Select(known => new GaugeSample(known.Report.IsParted == Answer.Yes ? 1 : 0, known.Unit)));
        metrics.ResyncEta.Replace(fresh.Where(known => known.Report.Resync is not null).Select(
            known => new GaugeSample(known.Line.ResyncEnds?.TotalSeconds, known.Unit, known.Report.Resync!.Node.Value)));
        CollectFrozen(metrics, [.. all.Select(known => (known.Unit, known.Line))]);
    }

    /// <summary>Samples of the copying that storage does itself, labelled like those of streams.</summary>
    public static IEnumerable<GaugeSample> Copying(UpkeepWatch watch, Func<CopyResync, long?> value) =>
        watch.Lines.Where(line => line.Report.Resync is not null && watch.IsFresh(line))
            .Select(line => new GaugeSample(value(line.Report.Resync!), line.Report.Unit.ToString(), line.Report.Resync!.Node.Value));

    // Also of a step that hangs: that is when writes stand still.
    private static void CollectFrozen(AgentMetrics metrics, IReadOnlyList<(string Unit, UpkeepLine Line)> all)
    {
        var there = all.Select(known => known.Unit).ToHashSet(StringComparer.Ordinal);
        metrics.WritesFrozen.RemoveWhere(labels => !there.Contains(labels[0]));
        foreach (var (unit, line) in all)
        {
            metrics.WritesFrozen.Follow(line.Report.Frozen.TotalSeconds, unit);
        }

        metrics.WritesFrozenSince.Replace(all.Select(known => new GaugeSample(UnixTime.Of(known.Line.FrozenSince), known.Unit)));
    }
}
