using System.Text.RegularExpressions;
using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>What can be said about an expression without a PromQL parser: the names and matchers in it.</summary>
internal static partial class PromQl
{
    private static readonly string[] TargetLabels = ["cluster", "instance", "job", "le"];

    /// <summary>Faults of an expression against the catalogue: unknown metrics, labels and label values.</summary>
    public static IEnumerable<string> Faults(string expression, IReadOnlySet<string> recorded)
    {
        foreach (Match match in Selector().Matches(expression))
        {
            var name = match.Groups["name"].Value;
            if (name.Contains(':', StringComparison.Ordinal))
            {
                if (!recorded.Contains(name))
                {
                    yield return $"{name} is not recorded";
                }

                continue;
            }

            var definition = Catalogue.All.FirstOrDefault(d => d.SampleNames.Contains(name));
            if (definition is null)
            {
                yield return $"{name} is not in the catalogue";
                continue;
            }

            foreach (var fault in Matchers(match.Groups["matchers"].Value, definition))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Matchers(string matchers, MetricDefinition definition)
    {
        foreach (Match matcher in Matcher().Matches(matchers))
        {
            var label = matcher.Groups["label"].Value;
            var values = matcher.Groups["value"].Value.Split('|');
            var index = definition.IndexOf(label);
            if (index < 0 && !TargetLabels.Contains(label))
            {
                yield return $"{definition.Name} has no label {label}";
            }
            else if (index >= 0 && definition.Labels[index].IsClosed && !values.All(v => definition.Labels[index].Values.Contains(v)))
            {
                yield return $"{definition.Name}: {label} is never {matcher.Groups["value"].Value}";
            }
        }
    }

    [GeneratedRegex("""(?<name>\b(?:nodeagent|process|dotnet)[_:][a-z0-9_:]+)(?:\{(?<matchers>[^}]*)\})?""")]
    private static partial Regex Selector();

    [GeneratedRegex("""(?<label>\w+)\s*(?:=~|!~|!=|=)\s*"(?<value>[^"]*)"?""")]
    private static partial Regex Matcher();
}
