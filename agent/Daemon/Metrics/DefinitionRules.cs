using System.Buffers;

namespace NodeAgent.Daemon.Metrics;

/// <summary>What a definition must satisfy. A breach is a bug of ours, found by the first test that builds a registry.</summary>
internal static class DefinitionRules
{
    // These belong to the scrape configuration or to the format itself.
    private static readonly SearchValues<string> Reserved = SearchValues.Create(
        ["type", "cluster", "service", "env", "instance", "job", "le", "quantile"], StringComparison.Ordinal);

    public static IEnumerable<string> Breaches(MetricDefinition definition)
    {
        var name = definition.Name;
        if (!IsName(name))
        {
            yield return $"{name}: not a metric name";
        }

        if (definition.Kind == MetricKind.Counter != name.EndsWith("_total", StringComparison.Ordinal))
        {
            yield return $"{name}: counters end in _total, and nothing else does";
        }

        if (definition.Kind == MetricKind.Info != name.EndsWith("_info", StringComparison.Ordinal))
        {
            yield return $"{name}: info metrics end in _info, and nothing else does";
        }

        if (definition.Unit.Length > 0 && !definition.FamilyName.EndsWith('_' + definition.Unit, StringComparison.Ordinal))
        {
            yield return $"{name}: the unit {definition.Unit} must be a suffix";
        }

        if (definition.Help.Length == 0 || definition.MaxSeries < 1)
        {
            yield return $"{name}: needs a help text and at least one series";
        }

        foreach (var breach in Labels(definition).Concat(Buckets(definition)))
        {
            yield return breach;
        }
    }

    private static IEnumerable<string> Labels(MetricDefinition definition)
    {
        var names = definition.Labels.Select(l => l.Name).ToList();
        if (names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            yield return $"{definition.Name}: a label is named twice";
        }

        foreach (var label in names)
        {
            if (!IsName(label) || label.StartsWith("__", StringComparison.Ordinal) || Reserved.Contains(label))
            {
                yield return $"{definition.Name}: {label} cannot be a label of ours";
            }
        }
    }

    private static IEnumerable<string> Buckets(MetricDefinition definition)
    {
        var bounds = definition.Buckets;
        if (definition.Kind == MetricKind.Histogram != !bounds.IsEmpty)
        {
            yield return $"{definition.Name}: buckets belong to histograms";
        }

        for (var i = 0; i < bounds.Length; i++)
        {
            if (!double.IsFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1]))
            {
                yield return $"{definition.Name}: buckets must be finite and ascending";
                yield break;
            }
        }
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
