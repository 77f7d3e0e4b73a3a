using System.Diagnostics;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Tests.Daemon.Metrics;

namespace NodeAgent.Tests.Daemon.Hosting;

[TestClass]
public sealed class ScrapeCostTests
{
    private const int Units = 50;

    [TestMethod]
    [Timeout(240_000)]
    public async Task Fifty_replicated_units_are_scraped_over_http_in_little_time()
    {
        var port = RunningAgent.FreePort();
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", port);
        await using var two = await RunningAgent.StartAsync("n2", "127.0.0.2", port);
        await AgentMetricsTests.JoinAsync(one, two);
        for (var i = 0; i < Units; i++)
        {
            await one.CreateAsync($"vm{i}", ["n2"], 3600);
        }

        var body = await one.ScrapeUntilAsync(text => ExpositionReader.Read(text)
            .Count(s => s.Name == MetricNames.ReplicationLastSuccessTimestamp) == Units);
        var times = new List<double>();
        for (var i = 0; i < 25; i++)
        {
            // A body younger than this is served again: that would measure nothing.
            await Task.Delay(MetricsScrape.Freshness + TimeSpan.FromMilliseconds(20));
            var began = Stopwatch.GetTimestamp();
            body = await one.ScrapeAsync();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(
            $"scrape of {Units} units over HTTP: median {times[12]:0.0} ms, worst of 25 {times[^1]:0.0} ms, "
            + $"{ExpositionReader.Read(body).Count} samples, {body.Length / 1024} KiB");
        Assert.IsLessThan(100, times[12], "the bar is 20 ms on a machine that does nothing else");
    }
}
