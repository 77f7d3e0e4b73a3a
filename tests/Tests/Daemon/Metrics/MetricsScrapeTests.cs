using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Metrics;

[TestClass]
public sealed class MetricsScrapeTests
{
    [TestMethod]
    public async Task A_collector_that_throws_is_reported_and_hurts_no_other()
    {
        var time = new SteppedTime();
        var broken = new FakeSource("broken", _ => throw new InvalidOperationException("boom"));
        var good = new FakeSource("good", m => m.RestartRequired.Set(1));
        using var scrape = NewScrape(NewAgentMetrics(), time, broken, good);

        var text = await RenderAsync(scrape);

        StringAssert.Contains(text, "nodeagent_collector_success{collector=\"broken\"} 0\n");
        StringAssert.Contains(text, "nodeagent_collector_success{collector=\"good\"} 1\n");
        StringAssert.Contains(text, "nodeagent_restart_required 1\n");
    }

    [TestMethod]
    public async Task A_collectors_duration_is_measured()
    {
        var time = new SteppedTime();
        using var scrape = NewScrape(NewAgentMetrics(), time, new FakeSource("slow", _ => time.Step(TimeSpan.FromMilliseconds(40))));

        StringAssert.Contains(await RenderAsync(scrape), "nodeagent_collector_duration_seconds{collector=\"slow\"} 0.04\n");
    }

    [TestMethod]
    public async Task A_young_body_is_served_again_and_an_old_one_is_not()
    {
        var time = new SteppedTime();
        var source = new FakeSource("x", _ => { });
        using var scrape = NewScrape(NewAgentMetrics(), time, source);

        await RenderAsync(scrape);
        time.Step(MetricsScrape.Freshness - TimeSpan.FromTicks(1));
        await RenderAsync(scrape);
        Assert.AreEqual(1, source.Calls);

        time.Step(TimeSpan.FromTicks(1));
        await RenderAsync(scrape);
        Assert.AreEqual(2, source.Calls);
    }

    [TestMethod]
    public async Task Each_format_has_its_own_body()
    {
        using var scrape = NewScrape(NewAgentMetrics(), new SteppedTime());

        var text = await scrape.RenderAsync(ExpositionFormat.Text, CancellationToken.None);
        var open = await scrape.RenderAsync(ExpositionFormat.OpenMetrics, CancellationToken.None);

        Assert.IsFalse(Encoding.UTF8.GetString(text).Contains("# EOF", StringComparison.Ordinal));
        Assert.IsTrue(Encoding.UTF8.GetString(open).EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Collections_never_overlap()
    {
        var time = new SteppedTime();
        var inside = 0;
        var most = 0;
        var source = new FakeSource("x", _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            time.Step(TimeSpan.FromSeconds(1));
            Thread.Yield();
            Interlocked.Decrement(ref inside);
        });
        using var scrape = NewScrape(NewAgentMetrics(), time, source);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => RenderAsync(scrape))));

        Assert.AreEqual(1, most);
        Assert.AreEqual(40, source.Calls);
    }

    [TestMethod]
    public async Task Who_cannot_wait_for_a_hanging_collection_is_told_so_and_the_next_one_works()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var hangs = new FakeSource("hangs", _ =>
        {
            entered.Set();
            release.Wait(TimeSpan.FromSeconds(30));
        });
        var scrape = NewScrape(NewAgentMetrics(), new SteppedTime(), hangs);
        var first = Task.Run(() => RenderAsync(scrape));
        Assert.IsTrue(entered.Wait(TimeSpan.FromSeconds(30)));

        using var impatient = new CancellationTokenSource();
        var second = scrape.RenderAsync(ExpositionFormat.Text, impatient.Token);
        await impatient.CancelAsync();

        var refusal = await Assert.ThrowsAsync<OperationCanceledException>(() => second);
        Assert.AreEqual(impatient.Token, refusal.CancellationToken);
        release.Set();
        StringAssert.Contains(await first, "collector=\"hangs\"");
        StringAssert.Contains(await RenderAsync(scrape), "collector=\"hangs\"");
        scrape.Dispose();
    }

    [TestMethod]
    public async Task The_five_process_metrics_and_the_runtime_are_plausible()
    {
        using var scrape = NewScrape(NewAgentMetrics(), new SteppedTime(), new ProcessSource(), new RuntimeSource());
        var samples = ExpositionReader.Read(await RenderAsync(scrape)).ToLookup(s => s.Name, s => s.Value);

        Assert.IsTrue(samples["process_cpu_seconds_total"].Single() > 0);
        Assert.IsTrue(samples["process_resident_memory_bytes"].Single() is > 1e7 and < 1e11);
        Assert.IsTrue(samples["process_open_fds"].Single() > 3);
        Assert.IsTrue(samples["process_max_fds"].Single() > samples["process_open_fds"].Single());
        var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - samples["process_start_time_seconds"].Single();
        Assert.IsTrue(age is > -5 and < 86_400, $"the process is {age} s old");
        Assert.HasCount(3, samples["dotnet_gc_collections_total"].ToList());
        Assert.IsTrue(samples["dotnet_gc_allocated_bytes_total"].Single() > 0);
        Assert.IsTrue(samples["nodeagent_collector_success"].All(v => v == 1));
    }

    [TestMethod]
    public async Task A_scrape_of_fifty_units_stays_far_below_twenty_milliseconds()
    {
        var time = new SteppedTime();
        using var scrape = NewScrape(FilledAgentMetrics(50), time, new ProcessSource(), new RuntimeSource());
        var best = TimeSpan.MaxValue;
        var bytes = 0;
        for (var i = 0; i < 20; i++)
        {
            time.Step(TimeSpan.FromSeconds(1));
            var start = TimeProvider.System.GetTimestamp();
            bytes = (await scrape.RenderAsync(ExpositionFormat.Text, CancellationToken.None)).Length;
            var took = TimeProvider.System.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        // The best of many: neighbours on the machine must not decide.
        Console.WriteLine($"50 units: {bytes} bytes in {best.TotalMilliseconds:F2} ms");
        Assert.IsTrue(best < TimeSpan.FromMilliseconds(20), $"{best.TotalMilliseconds} ms");
    }

    private static MetricsScrape NewScrape(AgentMetrics metrics, TimeProvider time, params IMetricSource[] sources) =>
        new(metrics, sources, time, NullLogger<MetricsScrape>.Instance);

    private static async Task<string> RenderAsync(MetricsScrape scrape) =>
        Encoding.UTF8.GetString(await scrape.RenderAsync(ExpositionFormat.Text, CancellationToken.None));
}
