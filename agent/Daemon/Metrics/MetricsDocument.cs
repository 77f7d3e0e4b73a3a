using System.Globalization;
using System.Text;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Renders packaging/prometheus/METRICS.md from the catalogue.</summary>
internal static class MetricsDocument
{
    private const string Preamble =
        """
        # Metrics

        Made from `agent/Daemon/Metrics/Catalogue.cs`; `UPDATE_DOCS=1 ./dev test` writes it anew. Do not edit.

        `GET /metrics` answers in Prometheus text 0.0.4, or in OpenMetrics 1.0 when the Accept header ranks that higher; both carry the
        same series. A scrape reads cached values only. What is unknown is absent, never 0. Times are Unix seconds: an age is
        `time() - x`. The label `cluster` comes from the scrape configuration (see `scrape-example.yml`), because the rules group by it.
        *Most series* is a hard limit: beyond it new label sets are dropped, counted in `nodeagent_metrics_dropped_updates_total` and
        logged once. A histogram counts as all its buckets. Renaming or reshaping a metric is a breaking change.

        """;

    public static string Render()
    {
        var text = new StringBuilder(Preamble);
        foreach (var section in Catalogue.All.GroupBy(d => d.Section, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section.Key}\n\n");
            text.Append("| metric | kind | labels | most series | meaning |\n|---|---|---|---:|---|\n");
            foreach (var d in section)
            {
                var labels = string.Join(", ", d.Labels.Select(l => $"`{l.Name}`"));
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{d.Name}` | {d.Kind.ToString().ToLowerInvariant()} | {labels} | {d.MaxExposed} | {d.Help} |\n");
            }
        }

        text.Append("\n## Values of closed labels\n\n| metric | label | values |\n|---|---|---|\n");
        foreach (var (d, label) in Catalogue.All.SelectMany(d => d.Labels.Where(l => l.IsClosed).Select(l => (d, l))))
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{d.Name}` | `{label.Name}` | {string.Join(", ", label.Values)} |\n");
        }

        return text.ToString();
    }
}
