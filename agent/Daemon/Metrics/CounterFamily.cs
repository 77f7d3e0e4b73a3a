namespace NodeAgent.Daemon.Metrics;

/// <summary>Series that only grow.</summary>
internal sealed class CounterFamily(MetricDefinition definition, MetricLosses losses) : MetricFamily(definition, losses)
{
    private readonly SeriesTable<NumberCell> table = new(definition, () => new NumberCell());

    /// <summary>Adds one.</summary>
    public void Increment(params ReadOnlySpan<string> labels) => Add(1, labels);

    /// <summary>Adds a finite, non-negative amount; anything else is counted as rejected.</summary>
    public void Add(double amount, params ReadOnlySpan<string> labels)
    {
        if (!(double.IsFinite(amount) && amount >= 0))
        {
            Losses.Reject(Definition, amount);
            return;
        }

        NumberCell? cell;
        lock (table.Gate)
        {
            cell = table.Find(labels);
            if (cell is not null)
            {
                cell.Value += amount;
            }
        }

        ReportIfFull(cell);
    }

    /// <summary>Follows a total counted elsewhere. When that total shrinks, its source restarted and counts anew.</summary>
    public void Follow(double total, params ReadOnlySpan<string> labels)
    {
        if (!(double.IsFinite(total) && total >= 0))
        {
            Losses.Reject(Definition, total);
            return;
        }

        NumberCell? cell;
        lock (table.Gate)
        {
            cell = table.Find(labels);
            if (cell is not null)
            {
                cell.Value += total >= cell.Followed ? total - cell.Followed : total;
                cell.Followed = total;
            }
        }

        ReportIfFull(cell);
    }

    public override void Declare(params ReadOnlySpan<string> labels) => Add(0, labels);

    public override void RemoveWhere(Func<string[], bool> isGone)
    {
        lock (table.Gate)
        {
            table.RemoveWhere(isGone);
        }
    }

    public override FamilySnapshot Snapshot() =>
        new(Definition, table.Snapshot(static (labels, cell) => new SeriesSnapshot(labels, cell.Value, [])));

    private void ReportIfFull(NumberCell? cell)
    {
        if (cell is null)
        {
            Losses.Drop(Definition);
        }
    }
}
