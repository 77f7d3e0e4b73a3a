namespace NodeAgent.Daemon.Metrics;

/// <summary>A constant 1 whose labels say what runs here.</summary>
internal sealed class InfoFamily(MetricDefinition definition, MetricLosses losses) : MetricFamily(definition, losses)
{
    private readonly Lock gate = new();
    private string[]? current;

    /// <summary>Sets the one label set; an earlier one disappears.</summary>
    public void Set(params ReadOnlySpan<string> labels)
    {
        if (labels.Length != Definition.Labels.Length)
        {
            throw new ArgumentException($"{Definition.Name} has {Definition.Labels.Length} labels, not {labels.Length}");
        }

        var values = new string[labels.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = LabelText.Normalise(labels[i]);
        }

        lock (gate)
        {
            current = values;
        }
    }

    public override void Declare(params ReadOnlySpan<string> labels) => Set(labels);

    public override void RemoveWhere(Func<string[], bool> isGone)
    {
        lock (gate)
        {
            if (current is not null && isGone(current))
            {
                current = null;
            }
        }
    }

    public override FamilySnapshot Snapshot()
    {
        lock (gate)
        {
            return new FamilySnapshot(Definition, current is null ? [] : [new SeriesSnapshot(current, 1, [])]);
        }
    }
}
