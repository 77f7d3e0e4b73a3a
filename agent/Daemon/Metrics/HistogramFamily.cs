using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Distributions over fixed buckets.</summary>
internal sealed class HistogramFamily : MetricFamily
{
    private readonly SeriesTable<HistogramCell> table;

    public HistogramFamily(MetricDefinition definition, MetricLosses losses)
        : base(definition, losses) =>
        table = new SeriesTable<HistogramCell>(definition, () => new HistogramCell(definition.Buckets.Length));

    /// <summary>Records one observation; a value that is not finite or is negative is counted as rejected.</summary>
    public void Observe(double value, params ReadOnlySpan<string> labels)
    {
        if (!(double.IsFinite(value) && value >= 0))
        {
            Losses.Reject(Definition, value);
            return;
        }

        HistogramCell? cell;
        lock (table.Gate)
        {
            cell = table.Find(labels);
            if (cell is not null)
            {
                cell.Counts[BucketOf(value)]++;
                cell.Sum += value;
            }
        }

        if (cell is null)
        {
            Losses.Drop(Definition);
        }
    }

    /// <summary>Records a length of time in seconds.</summary>
    public void Observe(TimeSpan elapsed, params ReadOnlySpan<string> labels) => Observe(elapsed.TotalSeconds, labels);

    public override void Declare(params ReadOnlySpan<string> labels)
    {
        HistogramCell? cell;
        lock (table.Gate)
        {
            cell = table.Find(labels);
        }

        if (cell is null)
        {
            Losses.Drop(Definition);
        }
    }

    public override void RemoveWhere(Func<string[], bool> isGone)
    {
        lock (table.Gate)
        {
            table.RemoveWhere(isGone);
        }
    }

    public override FamilySnapshot Snapshot() =>
        new(Definition, table.Snapshot(static (labels, cell) => new SeriesSnapshot(labels, cell.Sum, [.. cell.Counts])));

    private int BucketOf(double value)
    {
        var bounds = Definition.Buckets;
        var index = bounds.AsSpan().BinarySearch(value);
        return index >= 0 ? index : ~index;
    }
}
