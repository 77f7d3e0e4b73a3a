namespace NodeAgent.Daemon.Metrics;

/// <summary>Series that go up and down. What is unknown is absent; what vanished is replaced away.</summary>
internal sealed class GaugeFamily(MetricDefinition definition, MetricLosses losses) : MetricFamily(definition, losses)
{
    private readonly SeriesTable<NumberCell> table = new(definition, () => new NumberCell());

    /// <summary>Sets one series; null or NaN removes it.</summary>
    public void Set(double? value, params ReadOnlySpan<string> labels)
    {
        bool isKept;
        lock (table.Gate)
        {
            isKept = Store(value, labels);
        }

        if (!isKept)
        {
            Losses.Drop(Definition);
        }
    }

    /// <summary>Sets a series to 1 or 0; null removes it.</summary>
    public void Set(bool? value, params ReadOnlySpan<string> labels) => Set(ToNumber(value), labels);

    /// <summary>Adds to a series, which starts at 0. For gauges that count what is in flight.</summary>
    public void Add(double amount, params ReadOnlySpan<string> labels)
    {
        NumberCell? cell;
        lock (table.Gate)
        {
            cell = table.Find(labels);
            if (cell is not null)
            {
                cell.Value += amount;
            }
        }

        if (cell is null)
        {
            Losses.Drop(Definition);
        }
    }

    /// <summary>Sets the whole family: series that are not listed disappear.</summary>
    public void Replace(IEnumerable<GaugeSample> samples)
    {
        // The caller's query runs before the lock is taken.
        var rows = samples.ToList();
        int lost;
        lock (table.Gate)
        {
            table.Clear();
            lost = rows.Count(row => !Store(row.Value, row.Labels));
        }

        if (lost > 0)
        {
            Losses.Drop(Definition, lost);
        }
    }

    /// <summary>Like <see cref="Replace"/> for the part of the family where a label has one value (one backend's rows).</summary>
    public void ReplaceWhere(string label, string value, IEnumerable<GaugeSample> samples)
    {
        var index = Definition.IndexOf(label);
        var rows = samples.ToList();
        if (index < 0 || rows.Exists(r => r.Labels.Length <= index || r.Labels[index] != value))
        {
            throw new ArgumentException($"{Definition.Name}: every row must have {label}=\"{value}\"");
        }

        int lost;
        lock (table.Gate)
        {
            table.RemoveWhere(labels => labels[index] == LabelText.Normalise(value));
            lost = rows.Count(row => !Store(row.Value, row.Labels));
        }

        if (lost > 0)
        {
            Losses.Drop(Definition, lost);
        }
    }

    /// <summary>Rows of a state family: 1 for <paramref name="state"/>, 0 for the other states the catalogue lists.
    /// The state label is the last one. A state that the catalogue does not know gives zeros only.</summary>
    public IReadOnlyList<GaugeSample> States(string state, params string[] others)
    {
        var label = Definition.Labels[^1];
        if (!label.Values.Contains(state, StringComparer.Ordinal))
        {
            Losses.Reject(Definition, double.NaN);
        }

        return [.. label.Values.Select(v => new GaugeSample(v == state ? 1 : 0, [.. others, v]))];
    }

    /// <summary>Sets all state rows of one thing.</summary>
    public void SetState(string state, params string[] others)
    {
        foreach (var row in States(state, others))
        {
            Set(row.Value, row.Labels);
        }
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

    private static double? ToNumber(bool? value) => value is null ? null : value.Value ? 1 : 0;

    private bool Store(double? value, ReadOnlySpan<string> labels)
    {
        if (value is null || double.IsNaN(value.Value))
        {
            table.Remove(labels);
            return true;
        }

        var cell = table.Find(labels);
        if (cell is not null)
        {
            cell.Value = value.Value;
        }

        return cell is not null;
    }
}
