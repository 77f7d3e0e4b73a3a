using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class MetricFamilyTests
{
    [TestMethod]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_counter_refuses_what_would_make_it_no_counter_and_counts_the_refusal(double amount)
    {
        var metrics = NewAgentMetrics();
        metrics.BackendRestarts.Add(2, "zfs");
        metrics.BackendRestarts.Add(amount, "zfs");
        metrics.BackendRestarts.Follow(amount, "zfs");

        Assert.AreEqual(2, Single(metrics.BackendRestarts).Value);
        Assert.AreEqual(2, Single(metrics.MetricsRejectedValues).Value);
        Assert.AreEqual("nodeagent_backend_restarts_total", Single(metrics.MetricsRejectedValues).Labels[0]);
    }

    [TestMethod]
    public void A_counter_follows_a_foreign_total_across_its_restart()
    {
        var counter = new CounterFamily(Define("a_total", MetricKind.Counter), NoLosses);
        foreach (var total in new[] { 10.0, 25, 25, 4, 6 })
        {
            counter.Follow(total);
        }

        Assert.AreEqual(31, Single(counter).Value);
    }

    [TestMethod]
    public void A_declared_counter_exists_at_zero_and_keeps_its_value_when_declared_again()
    {
        var counter = new CounterFamily(Define("a_total", MetricKind.Counter, "unit"), NoLosses);
        counter.Declare("vm1");
        Assert.AreEqual(0, Single(counter).Value);

        counter.Increment("vm1");
        counter.Declare("vm1");
        Assert.AreEqual(1, Single(counter).Value);
    }

    [TestMethod]
    public void An_unknown_gauge_is_absent_not_zero()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "unit"), NoLosses);
        gauge.Set(1, "vm1");
        gauge.Set((double?)null, "vm1");
        gauge.Set(double.NaN, "vm2");
        gauge.Set((bool?)null, "vm3");

        Assert.IsEmpty(gauge.Snapshot().Series);
    }

    [TestMethod]
    public void Truth_is_one_or_zero()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "unit"), NoLosses);
        gauge.Set(true, "vm1");
        gauge.Set(false, "vm2");

        CollectionAssert.AreEqual(new[] { 1.0, 0.0 }, gauge.Snapshot().Series.Select(s => s.Value).ToArray());
    }

    [TestMethod]
    public void Replace_makes_vanished_label_values_disappear()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "unit"), NoLosses);
        gauge.Replace([new GaugeSample(1, "old"), new GaugeSample(2, "stays")]);
        gauge.Replace([new GaugeSample(3, "stays"), new GaugeSample(null, "unknown")]);

        Assert.AreEqual("stays", Single(gauge).Labels[0]);
        Assert.AreEqual(3, Single(gauge).Value);
    }

    [TestMethod]
    public void Replace_runs_the_callers_query_without_holding_the_family()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "unit"), NoLosses);
        gauge.Set(1, "vm1");

        // A query that reads the family from another thread would deadlock under the lock.
        gauge.Replace(Enumerable.Range(0, 1).Select(_ =>
        {
            var count = Task.Run(() => gauge.Snapshot().Series.Length).WaitAsync(TimeSpan.FromSeconds(10)).Result;
            return new GaugeSample(count, "vm2");
        }));

        Assert.AreEqual(1, Single(gauge).Value);
    }

    [TestMethod]
    public void One_backends_rows_are_replaced_without_touching_anothers()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "backend", "pool"), NoLosses);
        gauge.Replace([new GaugeSample(1, "zfs", "tank"), new GaugeSample(2, "directory", "var")]);
        gauge.ReplaceWhere("backend", "zfs", [new GaugeSample(3, "zfs", "ssd")]);

        CollectionAssert.AreEqual(new[] { "directory/var", "zfs/ssd" }, gauge.Snapshot().Series.Select(s => string.Join('/', s.Labels)).ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => gauge.ReplaceWhere("backend", "zfs", [new GaugeSample(1, "ceph", "x")]));
        Assert.ThrowsExactly<ArgumentException>(() => gauge.ReplaceWhere("nothing", "zfs", []));
    }

    [TestMethod]
    public void A_state_is_one_row_per_known_state_and_exactly_one_is_set()
    {
        var metrics = NewAgentMetrics();
        metrics.PluginState.SetState("starting", "zfs");
        metrics.PluginState.SetState("ready", "zfs");
        var rows = metrics.PluginState.Snapshot().Series;

        Assert.HasCount(Known.PluginStates.Length, rows);
        Assert.AreEqual("ready", rows.Single(r => r.Value == 1).Labels[1]);
    }

    [TestMethod]
    public void A_state_nobody_declared_sets_none_and_is_counted()
    {
        var metrics = NewAgentMetrics();
        metrics.PluginState.SetState("dancing", "zfs");

        Assert.IsTrue(metrics.PluginState.Snapshot().Series.All(s => s.Value == 0));
        Assert.AreEqual(1, Single(metrics.MetricsRejectedValues).Value);
    }

    [TestMethod]
    [DataRow(0.0, 0)]
    [DataRow(0.5, 0)]
    [DataRow(0.51, 1)]
    [DataRow(2.5, 2)]
    [DataRow(2.6, 3)]
    public void An_observation_on_a_bound_belongs_to_that_bucket(double value, int bucket)
    {
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram), NoLosses);
        histogram.Observe(value);

        Assert.AreEqual(1, Single(histogram).Counts[bucket]);
        Assert.AreEqual(1, Single(histogram).Counts.Sum());
    }

    [TestMethod]
    public void A_histogram_takes_times_in_seconds_and_refuses_nonsense()
    {
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram), NoLosses);
        histogram.Observe(TimeSpan.FromMilliseconds(1500));
        histogram.Observe(double.NaN);
        histogram.Observe(-1);

        Assert.AreEqual(1.5, Single(histogram).Value);
        Assert.AreEqual(1, Single(histogram).Counts.Sum());
    }

    [TestMethod]
    public void An_info_holds_one_label_set_only()
    {
        var info = new InfoFamily(Define("a_info", MetricKind.Info, "version"), NoLosses);
        info.Set("1");
        info.Set("2");
        Assert.AreEqual("2", Single(info).Labels[0]);

        info.Forget("version", "2");
        Assert.IsEmpty(info.Snapshot().Series);
    }

    [TestMethod]
    public void A_wrong_number_of_labels_is_a_bug_and_says_so()
    {
        var counter = new CounterFamily(Define("a_total", MetricKind.Counter, "unit"), NoLosses);

        var bug = Assert.ThrowsExactly<ArgumentException>(() => counter.Increment());
        StringAssert.Contains(bug.Message, "a_total has 1 labels, not 0");
    }

    [TestMethod]
    public async Task Histograms_are_consistent_while_writers_hammer_them()
    {
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram, "op"), NoLosses);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 3).Select(w => Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                histogram.Observe(i % 4, w % 2 == 0 ? "x" : "y");
            }
        })).ToArray();

        for (var read = 0; read < 2000; read++)
        {
            foreach (var op in ExpositionReader.Read(Text(histogram)).GroupBy(s => s.Labels["op"]))
            {
                var buckets = op.Where(s => s.Name == "h_bucket").Select(s => s.Value).ToList();
                Assert.IsTrue(buckets.Zip(buckets.Skip(1)).All(pair => pair.First <= pair.Second), "not cumulative");
                Assert.AreEqual(op.Single(s => s.Name == "h_count").Value, buckets[^1]);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(writers);
    }

    [TestMethod]
    public async Task No_increment_is_lost_between_threads()
    {
        var counter = new CounterFamily(Define("a_total", MetricKind.Counter, "unit"), NoLosses);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 25_000; i++)
            {
                counter.Increment("vm1");
            }
        })));

        Assert.AreEqual(100_000, Single(counter).Value);
    }

    private static SeriesSnapshot Single(MetricFamily family) => family.Snapshot().Series.Single();
}
