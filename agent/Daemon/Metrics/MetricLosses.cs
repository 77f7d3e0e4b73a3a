namespace NodeAgent.Daemon.Metrics;

/// <summary>Counts what families refuse, and says so once per family: a metric never fails its caller.</summary>
internal sealed class MetricLosses(ILogger log)
{
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Set once the families exist; the loss counters themselves report nowhere.</summary>
    public CounterFamily? Dropped { get; set; }

    public CounterFamily? Rejected { get; set; }

    /// <summary>An update of a new label set came after the family was full.</summary>
    public void Drop(MetricDefinition definition, int updates = 1)
    {
        Count(Dropped, definition, updates);
        if (IsFirst("drop " + definition.Name))
        {
            log.LogWarning(
                "Metric {Metric} is full at {MaxSeries} series: new label sets are not shown. Look for names that come and go",
                definition.Name,
                definition.MaxSeries);
        }
    }

    /// <summary>A value cannot be what the metric says it is, such as a counter that shrinks.</summary>
    public void Reject(MetricDefinition definition, double value)
    {
        Count(Rejected, definition, 1);
        if (IsFirst("reject " + definition.Name))
        {
            log.LogWarning("Metric {Metric} was given {Value}, which it cannot hold. Report this as a bug", definition.Name, value);
        }
    }

    private static void Count(CounterFamily? counter, MetricDefinition definition, int updates)
    {
        if (counter is not null && !ReferenceEquals(counter.Definition, definition))
        {
            counter.Add(updates, definition.Name);
        }
    }

    private bool IsFirst(string what)
    {
        lock (gate)
        {
            return told.Add(what);
        }
    }
}
