using Microsoft.Extensions.Logging;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class CardinalityTests
{
    [TestMethod]
    public void Beyond_the_limit_updates_are_dropped_and_counted_and_known_series_go_on()
    {
        var metrics = NewAgentMetrics();
        var limit = metrics.BackendRestarts.Definition.MaxSeries;
        for (var i = 0; i < limit + 5; i++)
        {
            metrics.BackendRestarts.Increment($"backend{i}");
        }

        metrics.BackendRestarts.Increment("backend0");

        Assert.HasCount(limit, metrics.BackendRestarts.Snapshot().Series);
        Assert.AreEqual(2, metrics.BackendRestarts.Snapshot().Series.Single(s => s.Labels[0] == "backend0").Value);
        Assert.AreEqual(5, metrics.MetricsDroppedUpdates.Snapshot().Series.Single().Value);
    }

    [TestMethod]
    public void Every_kind_of_family_holds_its_limit()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "x"), NoLosses);
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram, "x"), NoLosses);
        for (var i = 0; i < 100; i++)
        {
            gauge.Set(i, $"{i}");
            gauge.Add(i, $"a{i}");
            histogram.Observe(i, $"{i}");
            histogram.Declare($"d{i}");
        }

        Assert.HasCount(10, gauge.Snapshot().Series);
        Assert.HasCount(10, histogram.Snapshot().Series);
        gauge.Replace(Enumerable.Range(0, 100).Select(i => new GaugeSample(i, $"r{i}")));
        Assert.HasCount(10, gauge.Snapshot().Series);
    }

    [TestMethod]
    public void The_log_is_told_once_per_metric()
    {
        var log = new CountingLog();
        var registry = new MetricRegistry(Catalogue.All, log);
        for (var i = 0; i < 200; i++)
        {
            registry.Counter(MetricNames.BackendRestarts).Increment($"p{i}");
            registry.Gauge(MetricNames.StuckCommands).Set(i, $"b{i}");
        }

        Assert.HasCount(2, log.Lines);
        StringAssert.Contains(log.Lines[0], MetricNames.BackendRestarts);
    }

    [TestMethod]
    public void Forgetting_a_unit_frees_its_place_in_every_family()
    {
        var metrics = FilledAgentMetrics(2);
        Assert.IsTrue(metrics.Write(ExpositionFormat.Text).Contains("tank/vm1", StringComparison.Ordinal));

        metrics.Registry.Forget("unit", "tank/vm1");

        var left = metrics.Write(ExpositionFormat.Text);
        Assert.IsFalse(left.Contains("tank/vm1", StringComparison.Ordinal));
        Assert.IsTrue(left.Contains("tank/vm0", StringComparison.Ordinal));
    }

    [TestMethod]
    public void A_year_of_units_that_come_and_go_never_fills_a_family()
    {
        var metrics = NewAgentMetrics();
        for (var i = 0; i < 3 * metrics.UnitWriter.Definition.MaxSeries; i++)
        {
            metrics.UnitWriter.Set(1, $"vm{i}");
            metrics.Registry.Forget("unit", $"vm{i}");
        }

        Assert.IsEmpty(metrics.UnitWriter.Snapshot().Series);
        Assert.IsEmpty(metrics.MetricsDroppedUpdates.Snapshot().Series);
    }

    [TestMethod]
    public void A_label_value_is_cut_at_its_limit_without_splitting_a_character()
    {
        var cut = LabelText.Normalise(new string('x', 254) + "🚀" + new string('y', 50));

        Assert.IsTrue(cut.Length <= LabelText.MaxLength);
        Assert.AreEqual(new string('x', 254) + "…", cut);
        Assert.AreEqual(new string('x', 256), LabelText.Normalise(new string('x', 256)));
    }

    [TestMethod]
    public void What_has_no_UTF8_or_is_a_control_character_is_replaced()
    {
        Assert.AreEqual("\ufffd", LabelText.Normalise("\ud800"));
        Assert.AreEqual("a\ufffdb", LabelText.Normalise("a\udc00b"));
        Assert.AreEqual("a\ufffdb\ufffdc", LabelText.Normalise("a\0b\rc"));
        Assert.AreEqual("🚀\tok\n", LabelText.Normalise("🚀\tok\n"));
    }

    [TestMethod]
    public void Two_broken_values_that_look_alike_are_one_series_not_a_duplicate()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "x"), NoLosses);
        gauge.Set(1, "\ud800");
        gauge.Set(2, "\ud801");

        Assert.AreEqual(2, gauge.Snapshot().Series.Single().Value);
        gauge.Set((double?)null, "\ud802");
        Assert.IsEmpty(gauge.Snapshot().Series);
    }

    private sealed class CountingLog : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
