namespace NodeAgent.Daemon.Metrics;

/// <summary>The series of one family: bounded, found by label values. All calls hold <see cref="Gate"/>.</summary>
internal sealed class SeriesTable<TCell>(MetricDefinition definition, Func<TCell> create)
    where TCell : class
{
    private readonly Dictionary<string[], TCell> cells = new(LabelComparer.Instance);

    /// <summary>The family's one lock.</summary>
    public Lock Gate { get; } = new();

    public int Count => cells.Count;

    /// <summary>The cell of these label values, made if needed; null when the family is full.</summary>
    public TCell? Find(ReadOnlySpan<string> values)
    {
        if (values.Length != definition.Labels.Length)
        {
            throw new ArgumentException($"{definition.Name} has {definition.Labels.Length} labels, not {values.Length}");
        }

        if (cells.GetAlternateLookup<ReadOnlySpan<string>>().TryGetValue(values, out var found))
        {
            return found;
        }

        var key = Normalise(values);
        if (cells.TryGetValue(key, out found))
        {
            return found;
        }

        if (cells.Count >= definition.MaxSeries)
        {
            return null;
        }

        found = create();
        cells.Add(key, found);
        return found;
    }

    public void Remove(ReadOnlySpan<string> values) => cells.Remove(Normalise(values));

    /// <summary>Removes every series whose label values are gone.</summary>
    public void RemoveWhere(Func<string[], bool> isGone)
    {
        foreach (var key in cells.Keys.Where(isGone).ToList())
        {
            cells.Remove(key);
        }
    }

    public void Clear() => cells.Clear();

    public SeriesSnapshot[] Snapshot(Func<string[], TCell, SeriesSnapshot> read)
    {
        SeriesSnapshot[] all;
        lock (Gate)
        {
            all = new SeriesSnapshot[cells.Count];
            var i = 0;
            foreach (var (labels, cell) in cells)
            {
                all[i++] = read(labels, cell);
            }
        }

        Array.Sort(all, static (x, y) => LabelComparer.Instance.Compare(x.Labels, y.Labels));
        return all;
    }

    private static string[] Normalise(ReadOnlySpan<string> values)
    {
        var key = new string[values.Length];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = LabelText.Normalise(values[i]);
        }

        return key;
    }
}
