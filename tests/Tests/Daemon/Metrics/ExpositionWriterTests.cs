using System.Text;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class ExpositionWriterTests
{
    [TestMethod]
    public void A_counter_keeps_total_in_text_and_loses_it_in_the_OpenMetrics_family_name()
    {
        var counter = new CounterFamily(Define("a_total", MetricKind.Counter, "unit"), NoLosses);
        counter.Add(3, "vm1");

        Assert.AreEqual("# HELP a_total Help.\n# TYPE a_total counter\na_total{unit=\"vm1\"} 3\n", Text(counter));
        Assert.AreEqual("# HELP a Help.\n# TYPE a counter\na_total{unit=\"vm1\"} 3\n# EOF\n", OpenMetrics(counter));
    }

    [TestMethod]
    public void A_unit_line_is_written_in_OpenMetrics_only()
    {
        var gauge = new GaugeFamily(Define("a_bytes", MetricKind.Gauge) with { Unit = "bytes" }, NoLosses);
        gauge.Set(1);

        Assert.AreEqual("# HELP a_bytes Help.\n# TYPE a_bytes gauge\na_bytes 1\n", Text(gauge));
        Assert.AreEqual("# HELP a_bytes Help.\n# TYPE a_bytes gauge\n# UNIT a_bytes bytes\na_bytes 1\n# EOF\n", OpenMetrics(gauge));
    }

    [TestMethod]
    public void An_info_is_a_gauge_in_text_and_gives_the_same_series_in_OpenMetrics()
    {
        var info = new InfoFamily(Define("a_info", MetricKind.Info, "version"), NoLosses);
        info.Set("1.2");

        Assert.AreEqual("# HELP a_info Help.\n# TYPE a_info gauge\na_info{version=\"1.2\"} 1\n", Text(info));
        Assert.AreEqual("# HELP a Help.\n# TYPE a info\na_info{version=\"1.2\"} 1\n# EOF\n", OpenMetrics(info));
    }

    [TestMethod]
    public void A_histogram_is_cumulative_and_its_bounds_are_written_the_same_in_both_formats()
    {
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram, "op"), NoLosses);
        histogram.Observe(0.5, "x");
        histogram.Observe(0.6, "x");
        histogram.Observe(99, "x");
        const string expected =
            "# HELP h Help.\n# TYPE h histogram\n" +
            "h_bucket{op=\"x\",le=\"0.5\"} 1\nh_bucket{op=\"x\",le=\"1.0\"} 2\nh_bucket{op=\"x\",le=\"2.5\"} 2\n" +
            "h_bucket{op=\"x\",le=\"+Inf\"} 3\nh_sum{op=\"x\"} 100.1\nh_count{op=\"x\"} 3\n";

        Assert.AreEqual(expected, Text(histogram));
        Assert.AreEqual(expected + "# EOF\n", OpenMetrics(histogram));
    }

    [TestMethod]
    public void A_histogram_without_labels_has_le_alone()
    {
        var histogram = new HistogramFamily(Define("h", MetricKind.Histogram), NoLosses);
        histogram.Observe(2);

        StringAssert.Contains(Text(histogram), "h_bucket{le=\"2.5\"} 1\n");
        StringAssert.Contains(Text(histogram), "h_sum 2\nh_count 1\n");
    }

    [TestMethod]
    [DataRow("plain", "plain")]
    [DataRow("C:\\dir", "C:\\\\dir")]
    [DataRow("say \"x\"", "say \\\"x\\\"")]
    [DataRow("two\nlines", "two\\nlines")]
    [DataRow("\\n", "\\\\n")]
    [DataRow("é 漢 🚀 {}=,", "é 漢 🚀 {}=,")]
    [DataRow("", "")]
    public void Label_values_are_escaped_and_read_back_the_same(string value, string written)
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "name"), NoLosses);
        gauge.Set(1, value);

        StringAssert.Contains(Text(gauge), $"a{{name=\"{written}\"}} 1\n");
        Assert.AreEqual(value, ExpositionReader.Read(Text(gauge)).Single().Labels["name"]);
    }

    [TestMethod]
    public void Help_escapes_quotes_in_OpenMetrics_only()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge) with { Help = "a \"b\" \\ c\nd" }, NoLosses);
        gauge.Set(1);

        StringAssert.StartsWith(Text(gauge), "# HELP a a \"b\" \\\\ c\\nd\n");
        StringAssert.StartsWith(OpenMetrics(gauge), "# HELP a a \\\"b\\\" \\\\ c\\nd\n");
    }

    [TestMethod]
    [DataRow(0.0, "0")]
    [DataRow(-0.125, "-0.125")]
    [DataRow(1795217000.123, "1795217000.123")]
    [DataRow(9007199254740991.0, "9007199254740991")]
    [DataRow(1e21, "1e+21")]
    [DataRow(1e-7, "1e-07")]
    [DataRow(0.1 + 0.2, "0.30000000000000004")]
    [DataRow(double.PositiveInfinity, "+Inf")]
    [DataRow(double.NegativeInfinity, "-Inf")]
    [DataRow(double.MaxValue, "1.7976931348623157e+308")]
    public void Numbers_are_short_and_read_back_exactly(double value, string written)
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge), NoLosses);
        gauge.Set(value);

        Assert.AreEqual(written, Text(gauge).Split('\n')[2]["a ".Length..]);
        Assert.AreEqual(value, ExpositionReader.Read(Text(gauge)).Single().Value);
    }

    [TestMethod]
    public void Nothing_to_say_is_an_empty_text_and_a_bare_end_mark_in_OpenMetrics()
    {
        Assert.AreEqual(string.Empty, Write(ExpositionFormat.Text));
        Assert.AreEqual("# EOF\n", Write(ExpositionFormat.OpenMetrics));
    }

    [TestMethod]
    public void A_family_without_series_is_not_mentioned()
    {
        var registry = NewRegistry(Define("a", MetricKind.Gauge), Define("b", MetricKind.Gauge));
        registry.Gauge("b").Set(1);

        Assert.AreEqual("b", registry.Snapshot().Single().Definition.Name);
    }

    [TestMethod]
    [DataRow(ExpositionFormat.Text)]
    [DataRow(ExpositionFormat.OpenMetrics)]
    public void The_body_is_UTF8_without_mark_with_line_feeds_only_and_no_empty_line(object format)
    {
        var body = ExpositionWriter.Write(FilledAgentMetrics(3).Registry.Snapshot(), (ExpositionFormat)format);

        Assert.AreNotEqual(0xEF, body[0]);
        Assert.AreEqual((byte)'\n', body[^1]);
        Assert.IsFalse(body.Contains((byte)'\r'));
        Assert.IsFalse(Encoding.UTF8.GetString(body).Contains("\n\n", StringComparison.Ordinal));
    }

    [TestMethod]
    public void The_end_mark_comes_once_and_last()
    {
        var text = FilledAgentMetrics(2).Write(ExpositionFormat.OpenMetrics);

        Assert.AreEqual(text.Length - "# EOF\n".Length, text.IndexOf("# EOF", StringComparison.Ordinal));
    }

    [TestMethod]
    public void A_body_far_larger_than_the_first_buffer_is_complete()
    {
        var gauge = new GaugeFamily(Define("a", MetricKind.Gauge, "unit") with { MaxSeries = 20_000 }, NoLosses);
        gauge.Replace(Enumerable.Range(0, 20_000).Select(i => new GaugeSample(i, $"unit-{i:D5}-{new string('x', 100)}")));

        var samples = ExpositionReader.Read(Text(gauge));

        Assert.HasCount(20_000, samples);
        Assert.IsTrue(samples.Select((s, i) => s.Value == i).All(same => same));
    }

    [TestMethod]
    public void Both_formats_carry_the_same_series_without_duplicates()
    {
        var metrics = FilledAgentMetrics(5);
        var text = ExpositionReader.Identities(metrics.Write(ExpositionFormat.Text));

        CollectionAssert.AreEqual(text, ExpositionReader.Identities(metrics.Write(ExpositionFormat.OpenMetrics)));
        Assert.HasCount(text.Count, text.Distinct(StringComparer.Ordinal).ToList());
    }

    [TestMethod]
    public void Series_order_does_not_depend_on_the_order_of_updates()
    {
        var one = new GaugeFamily(Define("a", MetricKind.Gauge, "x", "y"), NoLosses);
        var two = new GaugeFamily(one.Definition, NoLosses);
        one.Replace([new GaugeSample(1, "b", "1"), new GaugeSample(2, "a", "2"), new GaugeSample(3, "a", "1")]);
        two.Replace([new GaugeSample(3, "a", "1"), new GaugeSample(1, "b", "1"), new GaugeSample(2, "a", "2")]);

        Assert.AreEqual(Text(one), Text(two));
        StringAssert.EndsWith(Text(one), "a{x=\"a\",y=\"1\"} 3\na{x=\"a\",y=\"2\"} 2\na{x=\"b\",y=\"1\"} 1\n");
    }
}
