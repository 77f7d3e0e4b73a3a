using NodeAgent.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class AcceptHeaderTests
{
    private const string Prometheus2 =
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private const string Prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5," +
        "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";

    [TestMethod]
    [DataRow(Prometheus2, ExpositionFormat.OpenMetrics)]
    [DataRow(Prometheus3, ExpositionFormat.OpenMetrics)]
    [DataRow(null, ExpositionFormat.Text)]
    [DataRow("", ExpositionFormat.Text)]
    [DataRow("*/*", ExpositionFormat.Text)]
    [DataRow("text/plain", ExpositionFormat.Text)]
    [DataRow("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ExpositionFormat.Text)]
    [DataRow("application/openmetrics-text", ExpositionFormat.OpenMetrics)]
    [DataRow("APPLICATION/OpenMetrics-Text ; Version=\"1.0.0\"", ExpositionFormat.OpenMetrics)]
    [DataRow("application/openmetrics-text; version=2.0.0", ExpositionFormat.Text)]
    [DataRow("application/openmetrics-text;q=0, text/plain;q=0.1", ExpositionFormat.Text)]
    [DataRow("application/openmetrics-text;q=0.5, text/plain;q=0.5", ExpositionFormat.Text)]
    [DataRow("application/openmetrics-text;q=0.501, text/plain;q=0.5", ExpositionFormat.OpenMetrics)]
    [DataRow("application/*;q=0.9, text/plain;q=0.8", ExpositionFormat.OpenMetrics)]
    [DataRow("*/*;q=0.9, text/plain;q=0.1", ExpositionFormat.OpenMetrics)]
    [DataRow("text/*;q=0.2, application/openmetrics-text;q=0.1", ExpositionFormat.Text)]
    [DataRow("application/json", ExpositionFormat.Text)]
    [DataRow(";;;=,q=x", ExpositionFormat.Text)]
    [DataRow("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;q=0.1", ExpositionFormat.Text)]
    public void The_better_ranked_format_wins_and_doubt_gives_text(string? header, object expected) =>
        Assert.AreEqual(expected, AcceptHeader.Format(header));

    [TestMethod]
    public void Several_header_lines_are_one_list() =>
        Assert.AreEqual(
            ExpositionFormat.OpenMetrics,
            AcceptHeader.Format(new string[] { "text/plain;q=0.2", "application/openmetrics-text;q=0.8" }));

    [TestMethod]
    [DataRow("gzip", true)]
    [DataRow("deflate, gzip;q=1.0, *;q=0.5", true)]
    [DataRow("*", true)]
    [DataRow("GZIP", true)]
    [DataRow(null, false)]
    [DataRow("", false)]
    [DataRow("identity", false)]
    [DataRow("gzip;q=0", false)]
    [DataRow("gzip;q=0, *", false)]
    [DataRow("gzip;q=0.2, identity;q=0.8", false)]
    [DataRow("br, deflate", false)]
    public void Gzip_is_used_only_when_asked_for(string? header, bool expected) =>
        Assert.AreEqual(expected, AcceptHeader.AcceptsGzip(header));
}
