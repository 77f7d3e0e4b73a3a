using System.Collections.Immutable;

namespace NodeAgent.Daemon.Metrics;

/// <summary>One line of the catalogue: everything about a family but its values.</summary>
/// <param name="Section">Chapter of the reference document.</param>
/// <param name="Name">Sample name as rules write it, with <c>_total</c> or <c>_info</c>.</param>
/// <param name="Kind">How scrapers must read it.</param>
/// <param name="Help">One sentence: meaning and source.</param>
/// <param name="Unit">Base unit and name suffix, or empty.</param>
/// <param name="MaxSeries">Label sets kept at most; more are dropped and counted.</param>
/// <param name="Labels">Label names in exposition order.</param>
internal sealed record MetricDefinition(
    string Section,
    string Name,
    MetricKind Kind,
    string Help,
    string Unit,
    int MaxSeries,
    ImmutableArray<MetricLabel> Labels)
{
    /// <summary>Upper bounds, ascending, without +Inf. Histograms only.</summary>
    public ImmutableArray<double> Buckets { get; init; } = [];

    /// <summary>The name OpenMetrics gives the family: without the suffix its type adds.</summary>
    public string FamilyName => Kind switch
    {
        MetricKind.Counter => WithoutSuffix("_total"),
        MetricKind.Info => WithoutSuffix("_info"),
        _ => Name,
    };

    /// <summary>Every name that a sample of this family can carry.</summary>
    public ImmutableArray<string> SampleNames => Kind == MetricKind.Histogram
        ? [Name + "_bucket", Name + "_sum", Name + "_count"]
        : [Name];

    /// <summary>Exposed series at most, counting what a histogram expands to.</summary>
    public int MaxExposed => Kind == MetricKind.Histogram ? MaxSeries * (Buckets.Length + 3) : MaxSeries;

    /// <summary>Position of a label, or -1.</summary>
    public int IndexOf(string label)
    {
        for (var i = 0; i < Labels.Length; i++)
        {
            if (Labels[i].Name == label)
            {
                return i;
            }
        }

        return -1;
    }

    private string WithoutSuffix(string suffix) =>
        Name.EndsWith(suffix, StringComparison.Ordinal) ? Name[..^suffix.Length] : Name;
}
