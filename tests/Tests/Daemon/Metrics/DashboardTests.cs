using System.Text.Json;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class DashboardTests
{
    private static readonly JsonElement Dashboard =
        JsonDocument.Parse(ReadFile("packaging", "grafana", "nodeagent.json")).RootElement;

    [TestMethod]
    public void Panels_name_only_metrics_labels_and_values_of_the_catalogue()
    {
        var recorded = AlertRules.Recorded();
        var queries = Expressions().Concat(Dashboard.GetProperty("templating").GetProperty("list").EnumerateArray()
            .Select(v => v.GetProperty("query").GetString()!)).ToList();

        Assert.IsTrue(queries.Count > 40);
        Assert.IsEmpty(queries.SelectMany(q => PromQl.Faults(q, recorded)).ToList());
    }

    [TestMethod]
    public void Every_metric_of_ours_is_shown_or_alerted_on()
    {
        var used = string.Join('\n', Expressions().Concat(AlertRules.All().Select(r => r.Text("expr")!)));
        var unused = Catalogue.All
            .Where(d => d.Name.StartsWith("nodeagent_", StringComparison.Ordinal))
            .Where(d => !used.Contains(d.Name, StringComparison.Ordinal))
            .Select(d => d.Name)
            .ToList();

        Assert.IsEmpty(unused);
    }

    [TestMethod]
    public void Legends_name_labels_that_the_query_leaves()
    {
        foreach (var target in Targets())
        {
            var legend = target.GetProperty("legendFormat").GetString()!;
            var query = target.GetProperty("expr").GetString()!;
            foreach (var label in legend.Split("{{").Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]))
            {
                var isRecorded = query.Contains("nodeagent:", StringComparison.Ordinal);
                var isGrouped = !isRecorded && query.Contains(" by (", StringComparison.Ordinal);
                var isKept = !isGrouped || query.Split(" by (").Skip(1).Any(g => g[..g.IndexOf(')', StringComparison.Ordinal)].Split(", ").Contains(label));
                var isKnown = label == "instance" || Catalogue.All.Any(d => d.IndexOf(label) >= 0 && query.Contains(d.FamilyName, StringComparison.Ordinal));
                Assert.IsTrue(isKept && (isKnown || isRecorded), $"{legend}: {label} is not in {query}");
            }
        }
    }

    [TestMethod]
    public void Panels_have_their_own_numbers_and_do_not_overlap()
    {
        var panels = Dashboard.GetProperty("panels").EnumerateArray().ToList();
        var ids = panels.Select(p => p.GetProperty("id").GetInt32()).ToList();
        Assert.HasCount(ids.Count, ids.Distinct().ToList());

        var cells = new HashSet<(int, int)>();
        foreach (var place in panels.Select(p => p.GetProperty("gridPos")))
        {
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            for (var i = 0; i < place.GetProperty("w").GetInt32() * place.GetProperty("h").GetInt32(); i++)
            {
                var cell = (x + (i % place.GetProperty("w").GetInt32()), y + (i / place.GetProperty("w").GetInt32()));
                Assert.IsTrue(cell.Item1 < 24 && cells.Add(cell), $"two panels at {cell}");
            }
        }
    }

    [TestMethod]
    public async Task Promtool_can_parse_every_query()
    {
        using var folder = new TemporaryFolder();
        var rules = Expressions().Select((e, i) => new { record = $"panel:{i}", expr = e.Replace("$__rate_interval", "5m", StringComparison.Ordinal) });
        folder.Write("panels.yml", JsonSerializer.Serialize(new { groups = new[] { new { name = "panels", rules } } }));

        var (code, output) = await Judge.RunAsync(
            "promtool", "prometheus", folder.Path, string.Empty, "check", "rules", "--lint=none", "panels.yml");

        Assert.AreEqual(0, code, output);
    }

    private static IEnumerable<JsonElement> Targets() => Dashboard.GetProperty("panels").EnumerateArray()
        .Where(p => p.TryGetProperty("targets", out _))
        .SelectMany(p => p.GetProperty("targets").EnumerateArray());

    private static IEnumerable<string> Expressions() => Targets().Select(t => t.GetProperty("expr").GetString()!);
}
