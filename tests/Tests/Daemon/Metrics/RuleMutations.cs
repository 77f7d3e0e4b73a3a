using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>Wrong versions of the rules, each with one mistake a person could make. The rule tests must see every one.</summary>
internal static partial class RuleMutations
{
    /// <summary>A mistake: where it was made, and the group that has it.</summary>
    internal sealed record Mutant(string What, string Group, string Rules, HashSet<string> Alerts);

    public static IEnumerable<Mutant> All()
    {
        var ruleCounts = AlertRules.Groups(AlertRules.Load("nodeagent.rules.yml")).Select(g => AlertRules.RulesOf(g).Count()).ToList();
        for (var g = 0; g < ruleCounts.Count; g++)
        {
            for (var r = 0; r < ruleCounts[g]; r++)
            {
                var changes = Changes(Rule(AlertRules.Load("nodeagent.rules.yml"), g, r)).ToList();
                foreach (var (what, apply) in changes)
                {
                    var root = AlertRules.Load("nodeagent.rules.yml");
                    apply(Rule(root, g, r));
                    yield return ToMutant(root, g, r, what);
                }
            }
        }
    }

    /// <summary>Each rule alone and unharmed: what kills one of these would prove nothing about a mistake.</summary>
    public static IEnumerable<Mutant> Unharmed()
    {
        var groups = AlertRules.Groups(AlertRules.Load("nodeagent.rules.yml")).Select(g => AlertRules.RulesOf(g).Count()).ToList();
        return groups.SelectMany((count, g) => Enumerable.Range(0, count)
            .Select(r => ToMutant(AlertRules.Load("nodeagent.rules.yml"), g, r, "unharmed")));
    }

    /// <summary>The tests of a file that ask for one of these alerts.</summary>
    public static string? TestsFor(string file, IReadOnlySet<string> alerts)
    {
        var root = AlertRules.Load(file);
        var tests = (YamlSequenceNode)root["tests"];
        foreach (var test in tests.ToList())
        {
            // The alerts that were left out of the rules cannot fire.
            var checks = (YamlSequenceNode)test["promql_expr_test"];
            foreach (var check in checks.Cast<YamlMappingNode>().Where(c => !alerts.Any(a => IsAbout(c, a))).ToList())
            {
                checks.Children.Remove(check);
            }

            if (checks.Children.Count == 0)
            {
                tests.Children.Remove(test);
            }
        }

        return tests.Children.Count == 0 ? null : AlertRules.Save(root);
    }

    private static bool IsAbout(YamlMappingNode check, string alert) =>
        check.Text("expr")!.Contains($"\"{alert}\"", StringComparison.Ordinal);

    private static YamlMappingNode Rule(YamlMappingNode root, int group, int rule) =>
        AlertRules.RulesOf(AlertRules.Groups(root).ElementAt(group)).ElementAt(rule);

    private static Mutant ToMutant(YamlMappingNode root, int group, int rule, string what)
    {
        var groups = (YamlSequenceNode)root["groups"];
        var kept = (YamlMappingNode)groups[group];
        var mutated = Rule(root, group, rule);
        var name = mutated.Text("alert") ?? mutated.Text("record")!;

        // A recording is judged by the alerts that use it; an alert by its own tests.
        var alerts = AlertRules.RulesOf(kept)
            .Where(r => r.Text("alert") is not null && (ReferenceEquals(r, mutated) || r.Text("expr")!.Contains(name, StringComparison.Ordinal)))
            .Select(r => r.Text("alert")!)
            .ToHashSet(StringComparer.Ordinal);
        var rules = (YamlSequenceNode)kept["rules"];
        foreach (var other in rules.Where(r => ((YamlMappingNode)r).Text("alert") is { } a && !alerts.Contains(a)).ToList())
        {
            rules.Children.Remove(other);
        }

        root.Children["groups"] = new YamlSequenceNode(kept);
        return new Mutant($"{name}: {what}", kept.Text("name")!, AlertRules.Save(root), alerts);
    }

    private static IEnumerable<(string What, Action<YamlMappingNode> Apply)> Changes(YamlMappingNode rule)
    {
        var expression = rule.Text("expr")!;
        foreach (Match m in Comparison().Matches(expression))
        {
            var flipped = m.Value switch { "==" => "!=", "!=" => "==", ">" => "<=", "<" => ">=", ">=" => "<", _ => ">" };
            yield return Edit(expression, m, flipped);
        }

        foreach (Match m in Number().Matches(expression).Where(m => m.Value != "0"))
        {
            var value = double.Parse(m.Value, CultureInfo.InvariantCulture);
            yield return Edit(expression, m, (value * 10).ToString(CultureInfo.InvariantCulture));
            yield return Edit(expression, m, (value / 10).ToString(CultureInfo.InvariantCulture));
        }

        foreach (Match m in Clause().Matches(expression))
        {
            yield return Edit(expression, m, string.Empty);
        }

        foreach (Match m in Grouping().Matches(expression))
        {
            var labels = m.Groups[2].Value.Split(", ");
            foreach (var label in labels)
            {
                yield return Edit(expression, m, $"{m.Groups[1].Value} ({string.Join(", ", labels.Where(l => l != label))})");
            }
        }

        if (rule.Text("for") is { } wait)
        {
            yield return ($"for {wait} -> 0s", r => r.Children["for"] = "0s");
            yield return ($"for {wait} -> 3{wait}", r => r.Children["for"] = "3" + wait);
        }

        if (rule.Text("alert") is not null)
        {
            yield return ("severity changed", r => ((YamlMappingNode)r["labels"]).Children["severity"] = "none");
        }
    }

    private static (string What, Action<YamlMappingNode> Apply) Edit(string expression, Match match, string replacement) =>
        ($"'{match.Value}' -> '{replacement}' at {match.Index}", rule => rule.Children["expr"] = new YamlScalarNode(
            string.Concat(expression.AsSpan(0, match.Index), replacement, expression.AsSpan(match.Index + match.Length))));

    [GeneratedRegex("(?<= )(==|!=|>=|<=|>|<)(?= )")]
    private static partial Regex Comparison();

    [GeneratedRegex(@"(?<![\w\[.:])\d+(\.\d+)?(?![\w.\]])")]
    private static partial Regex Number();

    // A top-level "unless …" or "or …" up to the next one.
    [GeneratedRegex(@"\s(unless|or|and)\s(?:(?!\s(?:unless|or|and)\s).)*$")]
    private static partial Regex Clause();

    [GeneratedRegex(@"(by|on) \(([a-z_, ]+)\)")]
    private static partial Regex Grouping();
}
