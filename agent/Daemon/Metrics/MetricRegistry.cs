using System.Collections.Frozen;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Every family of a catalogue. Nothing can be exposed that was not declared.</summary>
internal sealed class MetricRegistry
{
    private readonly FrozenDictionary<string, MetricFamily> byName;
    private readonly MetricFamily[] inOrder;

    /// <summary>Builds the families.</summary>
    /// <exception cref="ArgumentException">A definition breaks a rule or two of them would write the same name: a bug.</exception>
    public MetricRegistry(IReadOnlyList<MetricDefinition> definitions, ILogger log)
    {
        var breaches = definitions.SelectMany(DefinitionRules.Breaches).Concat(Collisions(definitions)).ToList();
        if (breaches.Count > 0)
        {
            throw new ArgumentException(string.Join('\n', breaches), nameof(definitions));
        }

        var losses = new MetricLosses(log);
        inOrder = [.. definitions.Select(d => Create(d, losses))];
        byName = inOrder.ToFrozenDictionary(f => f.Definition.Name, StringComparer.Ordinal);
        losses.Dropped = byName.GetValueOrDefault(MetricNames.MetricsDroppedUpdates) as CounterFamily;
        losses.Rejected = byName.GetValueOrDefault(MetricNames.MetricsRejectedValues) as CounterFamily;
    }

    public CounterFamily Counter(string name) => (CounterFamily)byName[name];

    public GaugeFamily Gauge(string name) => (GaugeFamily)byName[name];

    public HistogramFamily Histogram(string name) => (HistogramFamily)byName[name];

    public InfoFamily Info(string name) => (InfoFamily)byName[name];

    /// <summary>Copies of all families that have a series, in catalogue order.</summary>
    public List<FamilySnapshot> Snapshot()
    {
        var all = new List<FamilySnapshot>(inOrder.Length);
        foreach (var family in inOrder)
        {
            var snapshot = family.Snapshot();
            if (snapshot.Series.Length > 0)
            {
                all.Add(snapshot);
            }
        }

        return all;
    }

    /// <summary>A unit, peer, volume… is gone: all series that carry it as a label go too, in every family.</summary>
    public void Forget(string label, string value)
    {
        foreach (var family in inOrder)
        {
            family.Forget(label, value);
        }
    }

    /// <summary>Of every counter and histogram with this label, keeps only the series with one of these values.</summary>
    public void KeepOnly(string label, IReadOnlySet<string> values)
    {
        foreach (var family in Counting().Where(f => f.Definition.IndexOf(label) >= 0))
        {
            var index = family.Definition.IndexOf(label);
            family.RemoveWhere(labels => !values.Contains(labels[index]));
        }
    }

    /// <summary>Of every counter and histogram with both labels, keeps only the series with one of these pairs.</summary>
    public void KeepOnly(string first, string second, IReadOnlySet<(string First, string Second)> pairs)
    {
        foreach (var family in Counting().Where(f => f.Definition.IndexOf(first) >= 0 && f.Definition.IndexOf(second) >= 0))
        {
            var (one, other) = (family.Definition.IndexOf(first), family.Definition.IndexOf(second));
            family.RemoveWhere(labels => !pairs.Contains((labels[one], labels[other])));
        }
    }

    /// <summary>Makes counters and histograms start at 0 for something new, such as a backend or a unit and its peer.
    /// Touches families that have all the given labels and whose other labels have known values. Idempotent.</summary>
    public void ZeroInitialise(params (string Label, string Value)[] known)
    {
        foreach (var family in Counting())
        {
            var labels = family.Definition.Labels;
            if (known.All(k => family.Definition.IndexOf(k.Label) >= 0))
            {
                IEnumerable<string[]> sets = [[]];
                foreach (var label in labels)
                {
                    var given = known.Where(k => k.Label == label.Name).Select(k => k.Value).ToArray();
                    var values = given.Length > 0 ? given : [.. label.Values];
                    sets = sets.SelectMany(set => values.Select(value => (string[])[.. set, value]));
                }

                foreach (var set in sets)
                {
                    family.Declare(set);
                }
            }
        }
    }

    private IEnumerable<MetricFamily> Counting() => inOrder.Where(f => f is CounterFamily or HistogramFamily);

    private static MetricFamily Create(MetricDefinition definition, MetricLosses losses) => definition.Kind switch
    {
        MetricKind.Counter => new CounterFamily(definition, losses),
        MetricKind.Gauge => new GaugeFamily(definition, losses),
        MetricKind.Histogram => new HistogramFamily(definition, losses),
        _ => new InfoFamily(definition, losses),
    };

    // A gauge x_count beside a histogram x, or a gauge x beside a counter x_total, would be read as one family.
    private static IEnumerable<string> Collisions(IReadOnlyList<MetricDefinition> definitions) => definitions
        .SelectMany(d => d.SampleNames.Append(d.FamilyName).Distinct(StringComparer.Ordinal))
        .GroupBy(name => name, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{group.Key}: two metrics would write this name");
}
