using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class ExpositionJudgeTests
{
    internal const string Python = "/usr/bin/python3";

    internal const string StrictParser =
        """
        import sys
        try:
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
        except ImportError:
            print("no parser"); sys.exit(77)
        bodies = sys.stdin.buffer.read().decode("utf-8").split("\x1e")
        for body in bodies:
            for family in parse(body):
                for sample in family.samples:
                    if sample.labels.get("unit", "").startswith("we"):
                        print(family.name, sample.labels["unit"].encode("utf-8").hex())
        print(len(bodies), "bodies")
        """;

    private const string Weird = "we\"ird\\path\nnew line é 漢 {}=,";

    [TestMethod]
    public async Task Promtool_finds_nothing_to_say_about_the_text()
    {
        var metrics = EveryFamily();

        var (code, output) = await Judge.RunAsync("promtool", "prometheus", null, metrics.Write(ExpositionFormat.Text), "check", "metrics");

        Assert.AreEqual(string.Empty, output.Trim());
        Assert.AreEqual(0, code);
    }

    [TestMethod]
    public async Task The_strict_parser_reads_every_body_written_while_others_update()
    {
        var metrics = EveryFamily();
        metrics.UnitEpoch.Set(1, Weird);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 2).Select(w => Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                metrics.BackendOperationDuration.Observe(i % 400, "zfs", Known.Operations[i % Known.Operations.Length]);
                metrics.ReplicationSentBytes.Add(i, $"vm{i % 5}", $"n{w}");
                metrics.PoolAvailableBytes.Replace([new GaugeSample(i, "zfs", $"pool{i % 7}")]);
            }
        })).ToArray();
        var bodies = Enumerable.Range(0, 40).Select(_ => metrics.Write(ExpositionFormat.OpenMetrics)).ToList();
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        using var folder = new TemporaryFolder();
        folder.Write("parse.py", StrictParser);
        var (code, output) = await Judge.RunAsync(
            Python, "python3", folder.Path, string.Join('\u001e', bodies), Path.Combine(folder.Path, "parse.py"));
        if (code == 77)
        {
            Assert.Inconclusive("the OpenMetrics parser is not installed: apt-get install python3-prometheus-client");
        }

        Assert.AreEqual(0, code, output);
        StringAssert.Contains(output, "40 bodies");
        StringAssert.Contains(output, Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(Weird)));
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task A_real_Prometheus_scrapes_a_real_endpoint_and_stores_every_sample()
    {
        Judge.Require("prometheus", "prometheus");
        await using var server = await MetricsServer.StartAsync();
        server.Metrics.UnitEpoch.Set(7, Weird);
        server.Metrics.BackendOperationDuration.Observe(2, "zfs", "send");
        using var folder = new TemporaryFolder();
        var port = FreePort();
        folder.Write("prometheus.yml", Configuration(server.Address));
        using var prometheus = Judge.Start(
            "prometheus",
            folder.Path,
            "--config.file=prometheus.yml",
            $"--storage.tsdb.path={folder.Path}/tsdb",
            $"--web.listen-address=127.0.0.1:{port}",
            "--log.level=error");
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            Assert.AreEqual(1, await QueryAsync(client, "up{job=\"nodeagent\"} == 1"));
            var expected = ExpositionReader.Read(await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Count;
            Assert.AreEqual(expected, await QueryAsync(client, "max_over_time(scrape_samples_scraped{job=\"nodeagent\"}[1m])"));
            Assert.AreEqual(expected, await QueryAsync(client, "max_over_time(scrape_samples_post_metric_relabeling{job=\"nodeagent\"}[1m])"));
            var name = "we\\\"ird\\\\path\\nnew line é 漢 {}=,";
            Assert.AreEqual(7, await QueryAsync(client, $"nodeagent_unit_epoch{{unit=\"{name}\"}}"));
            Assert.AreEqual(1, await QueryAsync(client, "nodeagent_backend_operation_duration_seconds_bucket{operation=\"send\",le=\"5.0\"}"));
        }
        finally
        {
            prometheus.Kill();
            await prometheus.WaitForExitAsync();
        }
    }

    /// <summary>At least one series in every family of the catalogue.</summary>
    internal static AgentMetrics EveryFamily()
    {
        var metrics = FilledAgentMetrics(3);
        foreach (var definition in Catalogue.All.Where(d => metrics.Registry.Snapshot().TrueForAll(f => f.Definition != d)))
        {
            string[] labels = [.. definition.Labels.Select(l => l.IsClosed ? l.Values[0] : $"some {l.Name}")];
            switch (definition.Kind)
            {
                case MetricKind.Counter: metrics.Registry.Counter(definition.Name).Add(1.5, labels); break;
                case MetricKind.Gauge: metrics.Registry.Gauge(definition.Name).Set(0.25, labels); break;
                case MetricKind.Histogram: metrics.Registry.Histogram(definition.Name).Observe(3, labels); break;
                default: metrics.Registry.Info(definition.Name).Set(labels); break;
            }
        }

        return metrics;
    }

    private static string Configuration(Uri target) =>
        $$"""
        global: {scrape_interval: 200ms, scrape_timeout: 200ms}
        scrape_configs:
          - job_name: nodeagent
            static_configs:
              - targets: ["{{target.Authority}}"]
                labels: {cluster: c1}
        """;

    private static async Task<double> QueryAsync(HttpClient client, string query)
    {
        var address = new Uri("/api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative);
        for (var attempt = 0; attempt < 150; attempt++)
        {
            try
            {
                using var answer = JsonDocument.Parse(await client.GetStringAsync(address));
                var result = answer.RootElement.GetProperty("data").GetProperty("result");
                if (result.GetArrayLength() == 1)
                {
                    return double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        Assert.Fail($"Prometheus has no answer to {query}");
        return double.NaN;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
