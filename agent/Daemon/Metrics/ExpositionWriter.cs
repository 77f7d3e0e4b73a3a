namespace NodeAgent.Daemon.Metrics;

/// <summary>Writes families in one of the two text formats: one group per family, no timestamps, newline at the end.</summary>
internal static class ExpositionWriter
{
    /// <summary>The whole body. Without families it is empty text, or just the end mark of OpenMetrics.</summary>
    public static byte[] Write(IEnumerable<FamilySnapshot> families, ExpositionFormat format)
    {
        var text = new Utf8Text(16 * 1024);
        foreach (var family in families)
        {
            WriteHeader(text, family.Definition, format);
            foreach (var series in family.Series)
            {
                WriteSeries(text, family.Definition, series);
            }
        }

        if (format == ExpositionFormat.OpenMetrics)
        {
            text.Ascii("# EOF\n"u8);
        }

        return text.ToArray();
    }

    private static void WriteHeader(Utf8Text text, MetricDefinition definition, ExpositionFormat format)
    {
        var isOpen = format == ExpositionFormat.OpenMetrics;
        var name = isOpen ? definition.FamilyName : definition.Name;
        text.Ascii("# HELP "u8).Raw(name).Ascii(" "u8).Help(definition.Help, format);
        text.Ascii("\n# TYPE "u8).Raw(name).Ascii(definition.Kind switch
        {
            MetricKind.Counter => " counter\n"u8,
            MetricKind.Histogram => " histogram\n"u8,
            MetricKind.Info when isOpen => " info\n"u8,
            _ => " gauge\n"u8,
        });
        if (isOpen && definition.Unit.Length > 0)
        {
            text.Ascii("# UNIT "u8).Raw(name).Ascii(" "u8).Raw(definition.Unit).Ascii("\n"u8);
        }
    }

    private static void WriteSeries(Utf8Text text, MetricDefinition definition, SeriesSnapshot series)
    {
        if (definition.Kind == MetricKind.Histogram)
        {
            WriteHistogram(text, definition, series);
            return;
        }

        text.Raw(definition.Name);
        WriteLabels(text, definition, series, bound: null);
        text.Ascii(" "u8).Number(series.Value).Ascii("\n"u8);
    }

    private static void WriteHistogram(Utf8Text text, MetricDefinition definition, SeriesSnapshot series)
    {
        var total = 0L;
        for (var i = 0; i < series.Counts.Length; i++)
        {
            total += series.Counts[i];
            var bound = i < definition.Buckets.Length ? definition.Buckets[i] : double.PositiveInfinity;
            text.Raw(definition.Name).Ascii("_bucket"u8);
            WriteLabels(text, definition, series, bound);
            text.Ascii(" "u8).Count(total).Ascii("\n"u8);
        }

        text.Raw(definition.Name).Ascii("_sum"u8);
        WriteLabels(text, definition, series, bound: null);
        text.Ascii(" "u8).Number(series.Value).Ascii("\n"u8);
        text.Raw(definition.Name).Ascii("_count"u8);
        WriteLabels(text, definition, series, bound: null);
        text.Ascii(" "u8).Count(total).Ascii("\n"u8);
    }

    private static void WriteLabels(Utf8Text text, MetricDefinition definition, SeriesSnapshot series, double? bound)
    {
        var separator = "{"u8;
        for (var i = 0; i < series.Labels.Length; i++)
        {
            text.Ascii(separator).Raw(definition.Labels[i].Name).Ascii("=\""u8).LabelValue(series.Labels[i]).Ascii("\""u8);
            separator = ","u8;
        }

        if (bound is not null)
        {
            text.Ascii(separator).Ascii("le=\""u8).Bound(bound.Value).Ascii("\""u8);
        }

        if (bound is not null || series.Labels.Length > 0)
        {
            text.Ascii("}"u8);
        }
    }
}
