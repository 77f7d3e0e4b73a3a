using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class MetricRegistryTests
{
    public static IEnumerable<object[]> Breaches =>
    [
        [Define("a_b", MetricKind.Counter), "counters end in _total"],
        [Define("a_total", MetricKind.Gauge), "counters end in _total"],
        [Define("a_b", MetricKind.Info), "info metrics end in _info"],
        [Define("1a", MetricKind.Gauge), "not a metric name"],
        [Define("a-b", MetricKind.Gauge), "not a metric name"],
        [Define("a_b", MetricKind.Gauge) with { Unit = "seconds" }, "must be a suffix"],
        [Define("a_b", MetricKind.Gauge) with { Help = string.Empty }, "needs a help text"],
        [Define("a_b", MetricKind.Gauge) with { MaxSeries = 0 }, "at least one series"],
        [Define("a_b", MetricKind.Gauge, "cluster"), "cannot be a label of ours"],
        [Define("a_b", MetricKind.Gauge, "type"), "cannot be a label of ours"],
        [Define("a_b", MetricKind.Histogram, "le"), "cannot be a label of ours"],
        [Define("a_b", MetricKind.Gauge, "__x"), "cannot be a label of ours"],
        [Define("a_b", MetricKind.Gauge, "x", "x"), "named twice"],
        [Define("a_b", MetricKind.Histogram) with { Buckets = [] }, "buckets belong to histograms"],
        [Define("a_b", MetricKind.Histogram) with { Buckets = [1, 1] }, "ascending"],
        [Define("a_b", MetricKind.Histogram) with { Buckets = [double.PositiveInfinity] }, "finite"],
        [Define("a_b", MetricKind.Gauge) with { Buckets = [1] }, "buckets belong to histograms"],
    ];

    [TestMethod]
    [DynamicData(nameof(Breaches))]
    public void A_definition_that_breaks_a_rule_is_refused_by_name(object definition, string reason)
    {
        var bug = Assert.ThrowsExactly<ArgumentException>(() => NewRegistry((MetricDefinition)definition));

        StringAssert.Contains(bug.Message, reason);
        StringAssert.Contains(bug.Message, ((MetricDefinition)definition).Name);
    }

    [TestMethod]
    [DataRow("a", MetricKind.Gauge, "a", MetricKind.Gauge)]
    [DataRow("a", MetricKind.Gauge, "a_total", MetricKind.Counter)]
    [DataRow("a", MetricKind.Gauge, "a_info", MetricKind.Info)]
    [DataRow("a", MetricKind.Histogram, "a_count", MetricKind.Gauge)]
    public void Two_metrics_that_would_write_one_name_are_refused(string first, object firstKind, string second, object secondKind)
    {
        var bug = Assert.ThrowsExactly<ArgumentException>(
            () => NewRegistry(Define(first, (MetricKind)firstKind), Define(second, (MetricKind)secondKind)));

        StringAssert.Contains(bug.Message, "two metrics would write this name");
    }

    [TestMethod]
    public void Zero_initialising_without_names_covers_every_series_that_is_known_beforehand()
    {
        var registry = NewRegistry(
            Define("a_total", MetricKind.Counter),
            Closed("b_total", MetricKind.Counter, "kind", "x", "y"),
            Define("c_total", MetricKind.Counter, "unit"),
            Define("d", MetricKind.Gauge),
            Define("h", MetricKind.Histogram));
        registry.ZeroInitialise();

        CollectionAssert.AreEqual(
            new[] { "a_total:", "b_total:x", "b_total:y", "h:" },
            registry.Snapshot().SelectMany(f => f.Series.Select(s => $"{f.Definition.Name}:{string.Join(',', s.Labels)}")).ToArray());
    }

    [TestMethod]
    public void Zero_initialising_a_backend_gives_all_its_operations_and_nothing_of_others()
    {
        var metrics = NewAgentMetrics();
        metrics.Registry.ZeroInitialise(("backend", "zfs"));

        Assert.HasCount(Known.Operations.Length, metrics.BackendOperationFailures.Snapshot().Series);
        Assert.HasCount(Known.Operations.Length, metrics.BackendOperationDuration.Snapshot().Series);
        Assert.IsEmpty(metrics.ReplicationFailures.Snapshot().Series);
        Assert.IsEmpty(metrics.PoolCapacityBytes.Snapshot().Series);
    }

    [TestMethod]
    public void Zero_initialising_twice_changes_nothing()
    {
        var metrics = NewAgentMetrics();
        metrics.Registry.ZeroInitialise(("unit", "vm1"), ("peer", "n2"));
        metrics.ReplicationFailures.Increment("vm1", "n2");
        var before = metrics.Write(ExpositionFormat.Text);
        metrics.Registry.ZeroInitialise(("unit", "vm1"), ("peer", "n2"));

        Assert.AreEqual(before, metrics.Write(ExpositionFormat.Text));
        StringAssert.Contains(before, "nodeagent_replication_failures_total{unit=\"vm1\",peer=\"n2\"} 1\n");
        StringAssert.Contains(before, "nodeagent_replication_skipped_total{unit=\"vm1\",peer=\"n2\"} 0\n");
    }

    [TestMethod]
    public void Keeping_the_wanted_pairs_removes_counted_series_of_all_others_and_nothing_else()
    {
        var metrics = NewAgentMetrics();
        foreach (var (unit, peer) in new[] { ("vm1", "n2"), ("vm1", "n3"), ("vm2", "n2") })
        {
            metrics.Registry.ZeroInitialise(("unit", unit), ("peer", peer));
            metrics.ReplicationSentBytes.Add(7, unit, peer);
        }

        metrics.ReplicationCycleDuration.Observe(1, "n3");
        metrics.UnitEpoch.Set(1, "vm2");
        metrics.Registry.KeepOnly("unit", "peer", new HashSet<(string, string)> { ("vm1", "n2") });
        metrics.Registry.KeepOnly("peer", new HashSet<string>(StringComparer.Ordinal) { "n2" });

        var left = metrics.ReplicationSentBytes.Snapshot().Series.Single();
        CollectionAssert.AreEqual(new[] { "vm1", "n2" }, left.Labels);
        Assert.AreEqual(7, left.Value);
        Assert.IsEmpty(metrics.ReplicationCycleDuration.Snapshot().Series);
        Assert.HasCount(1, metrics.UnitEpoch.Snapshot().Series);
    }
}
