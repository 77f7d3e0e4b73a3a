using System.IO.Compression;
using System.Net;
using System.Text;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class MetricsEndpointTests
{
    [TestMethod]
    public async Task Without_wishes_the_answer_is_text_with_its_exact_type_and_length()
    {
        await using var server = await MetricsServer.StartAsync();
        using var answer = await GetAsync(server);
        var body = await answer.Content.ReadAsByteArrayAsync();

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.AreEqual("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.AreEqual(body.Length, answer.Content.Headers.ContentLength);
        Assert.AreEqual("Accept, Accept-Encoding", string.Join(", ", answer.Headers.Vary));
        StringAssert.Contains(Encoding.UTF8.GetString(body), "# TYPE process_cpu_seconds_total counter\n");
    }

    [TestMethod]
    public async Task OpenMetrics_is_served_when_it_is_ranked_higher()
    {
        await using var server = await MetricsServer.StartAsync();
        using var answer = await GetAsync(server, ("Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"));

        Assert.AreEqual(
            "application/openmetrics-text; version=1.0.0; charset=utf-8", answer.Content.Headers.NonValidated["Content-Type"].ToString());
        StringAssert.EndsWith(await answer.Content.ReadAsStringAsync(), "# EOF\n");
    }

    [TestMethod]
    public async Task Gzip_unpacks_to_the_same_text_and_is_much_smaller()
    {
        await using var server = await MetricsServer.StartAsync();
        for (var i = 0; i < 100; i++)
        {
            server.Metrics.UnitWriter.Set(1, $"tank/vm{i}");
        }

        using var plain = await GetAsync(server);
        using var packed = await GetAsync(server, ("Accept-Encoding", "gzip"));
        await using var unpacked = new GZipStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);

        Assert.AreEqual("gzip", packed.Content.Headers.ContentEncoding.Single());
        StringAssert.Contains(await reader.ReadToEndAsync(), "nodeagent_unit_writer{unit=\"tank/vm99\"} 1\n");
        Assert.IsTrue(packed.Content.Headers.ContentLength * 3 < plain.Content.Headers.ContentLength);
    }

    [TestMethod]
    public async Task A_scraper_with_little_time_gets_503_while_a_collection_hangs()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using var server = await MetricsServer.StartAsync(new FakeSource("hangs", _ =>
        {
            entered.Set();
            release.Wait(TimeSpan.FromSeconds(30));
        }));
        var first = GetAsync(server);
        Assert.IsTrue(await Task.Run(() => entered.Wait(TimeSpan.FromSeconds(30))));

        using var second = await GetAsync(server, ("X-Prometheus-Scrape-Timeout-Seconds", "0.05"));

        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        StringAssert.Contains(await second.Content.ReadAsStringAsync(), "has not ended");
        release.Set();
        using var answer = await first;
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    [TestMethod]
    [DataRow("-1")]
    [DataRow("NaN")]
    [DataRow("1e300")]
    [DataRow("soon")]
    public async Task A_nonsense_time_limit_is_ignored(string seconds)
    {
        await using var server = await MetricsServer.StartAsync();
        using var answer = await GetAsync(server, ("X-Prometheus-Scrape-Timeout-Seconds", seconds));

        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(MetricsServer server, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics", UriKind.Relative));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await server.Client.SendAsync(request);
    }
}
