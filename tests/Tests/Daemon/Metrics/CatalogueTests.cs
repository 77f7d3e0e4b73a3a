using System.Reflection;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class CatalogueTests
{
    [TestMethod]
    public void Every_name_constant_is_in_the_catalogue_and_the_other_way_round()
    {
        var constants = typeof(MetricNames)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .ToList();

        CollectionAssert.AreEquivalent(constants, Catalogue.All.Select(d => d.Name).ToList());
    }

    [TestMethod]
    public void Every_metric_has_a_typed_property_that_gives_its_family()
    {
        var metrics = NewAgentMetrics();
        var reached = typeof(AgentMetrics)
            .GetProperties()
            .Where(p => p.PropertyType.IsSubclassOf(typeof(MetricFamily)))
            .Select(p => ((MetricFamily)p.GetValue(metrics)!).Definition.Name)
            .ToList();

        CollectionAssert.AreEquivalent(Catalogue.All.Select(d => d.Name).ToList(), reached);
    }

    [TestMethod]
    public void Names_carry_our_prefix_or_are_standard_ones() =>
        Assert.IsTrue(Catalogue.All.All(d => d.Name.Split('_')[0] is "nodeagent" or "process" or "dotnet"));

    [TestMethod]
    public void Closed_labels_fit_into_the_series_limit()
    {
        foreach (var d in Catalogue.All)
        {
            var closed = d.Labels.Where(l => l.IsClosed).Aggregate(1, (product, l) => product * l.Values.Length);
            Assert.IsTrue(d.MaxSeries >= closed, $"{d.Name}: {d.MaxSeries} < {closed}");
            Assert.IsTrue(d.MaxSeries % closed == 0, $"{d.Name}: the limit {d.MaxSeries} would cut a set of {closed} states in half");
        }
    }

    [TestMethod]
    public void A_family_without_labels_has_one_series()
    {
        foreach (var d in Catalogue.All.Where(d => d.Labels.IsEmpty))
        {
            Assert.AreEqual(1, d.MaxSeries, d.Name);
        }
    }

    [TestMethod]
    public void Times_are_timestamps_or_durations_in_seconds_and_help_is_one_sentence()
    {
        foreach (var d in Catalogue.All)
        {
            Assert.IsTrue(d.Help.EndsWith('.') && !d.Help.Contains('|', StringComparison.Ordinal), d.Name);
            Assert.IsFalse(d.Name.Contains("_age", StringComparison.Ordinal), $"{d.Name}: ages get stuck, timestamps do not");
            Assert.AreEqual(
                d.FamilyName.EndsWith("_seconds", StringComparison.Ordinal), d.Unit == "seconds", $"{d.Name}: unit and suffix differ");
            Assert.AreEqual(d.FamilyName.EndsWith("_bytes", StringComparison.Ordinal), d.Unit == "bytes", $"{d.Name}: unit and suffix differ");
        }
    }

    [TestMethod]
    public void The_whole_agent_stays_below_a_bounded_number_of_series()
    {
        var most = Catalogue.All.Sum(d => d.MaxExposed);

        Assert.IsTrue(most < 45_000, $"{most} series at most");
    }

    [TestMethod]
    public void The_reference_document_is_current()
    {
        var path = Path.Combine(Root, "packaging", "prometheus", "METRICS.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, MetricsDocument.Render());
        }

        Assert.AreEqual(MetricsDocument.Render(), File.ReadAllText(path), "run once with UPDATE_DOCS=1");
    }
}
