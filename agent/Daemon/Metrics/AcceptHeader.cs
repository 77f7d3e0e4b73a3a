using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace NodeAgent.Daemon.Metrics;

/// <summary>Chooses format and coding by what the scraper prefers. What cannot be read or met gives plain text 0.0.4.</summary>
internal static class AcceptHeader
{
    public const string TextType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <summary>The better ranked format; text on a tie.</summary>
    public static ExpositionFormat Format(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(Lines(accept), out var ranges))
        {
            return ExpositionFormat.Text;
        }

        var text = Quality(ranges, "text", "plain", ["0.0.4"]);
        var open = Quality(ranges, "application", "openmetrics-text", ["1.0.0"]);
        return open > text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    /// <summary>Whether gzip is accepted at least as gladly as no coding.</summary>
    public static bool AcceptsGzip(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(Lines(acceptEncoding), out var codings))
        {
            return false;
        }

        double? Of(string name) => codings
            .Where(c => c.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
            .Select(c => (double?)(c.Quality ?? 1))
            .Max();

        var gzip = Of("gzip") ?? Of("*") ?? 0;
        return gzip > 0 && gzip >= (Of("identity") ?? 0);
    }

    private static List<string> Lines(StringValues header) => [.. header.Where(line => !string.IsNullOrEmpty(line)).Select(line => line!)];

    // The most specific range that fits decides; several equally specific ones give the best quality.
    private static double Quality(IList<MediaTypeHeaderValue> ranges, string type, string subtype, string[] versions)
    {
        var best = (Specificity: -1, Quality: 0.0);
        foreach (var range in ranges)
        {
            var specificity = Specificity(range, type, subtype, versions);
            var offer = (specificity, range.Quality ?? 1);
            if (specificity > best.Specificity || (specificity == best.Specificity && offer.Item2 > best.Quality))
            {
                best = offer;
            }
        }

        return best.Specificity < 0 ? 0 : best.Quality;
    }

    private static int Specificity(MediaTypeHeaderValue range, string type, string subtype, string[] versions)
    {
        if (range.MatchesAllTypes)
        {
            return 0;
        }

        if (!range.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        if (range.MatchesAllSubTypes)
        {
            return 1;
        }

        if (!range.SubType.Equals(subtype, StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        var version = range.Parameters.FirstOrDefault(p => p.Name.Equals("version", StringComparison.OrdinalIgnoreCase));
        if (version is null)
        {
            return 2;
        }

        return versions.Contains(HeaderUtilities.RemoveQuotes(version.Value).Value, StringComparer.Ordinal) ? 3 : -1;
    }
}
