namespace NodeAgent.Daemon.Metrics;

/// <summary>All series of one metric.</summary>
internal abstract class MetricFamily(MetricDefinition definition, MetricLosses losses)
{
    public MetricDefinition Definition { get; } = definition;

    protected MetricLosses Losses { get; } = losses;

    /// <summary>A consistent copy; taken under the family's lock, written without it.</summary>
    public abstract FamilySnapshot Snapshot();

    /// <summary>Removes every series whose label values are gone.</summary>
    public abstract void RemoveWhere(Func<string[], bool> isGone);

    /// <summary>Removes every series whose <paramref name="label"/> has this value. Nothing happens without that label.</summary>
    public void Forget(string label, string value)
    {
        if (Definition.IndexOf(label) is >= 0 and var index)
        {
            var wanted = LabelText.Normalise(value);
            RemoveWhere(labels => labels[index] == wanted);
        }
    }

    /// <summary>Makes the series exist at zero, so that its first event is seen by <c>increase()</c>.</summary>
    public abstract void Declare(params ReadOnlySpan<string> labels);
}
