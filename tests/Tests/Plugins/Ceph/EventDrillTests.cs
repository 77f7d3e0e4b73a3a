using System.Diagnostics;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;
using NodeAgent.Plugins.CephBackend;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Tests.Daemon.Metrics;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Plugins.CephBackend;

/// <summary>
/// What Ceph shows is in the metrics soon after: here the agent looks by itself only every ten minutes, so what is seen was hinted.
/// Times are printed; they are judged loosely, for the machine is shared.
/// </summary>
[TestClass]
[TestCategory(CephCluster.Category)]
public sealed class EventDrillTests
{
    private const double Soon = 6;
    private static readonly BackendId Id = new("events");
    private static CephCluster cluster = null!;

    private readonly AgentMetrics metrics = NewAgentMetrics();

    [ClassInitialize]
    public static async Task Start(TestContext context) => cluster = await CephCluster.StartAsync();

    [ClassCleanup]
    public static void Stop() => cluster?.Dispose();

    [TestMethod]
    public async Task A_killed_disk_and_a_killed_monitor_are_seen_soon_after_Ceph_shows_them()
    {
        await using var storage = CephLab.Open(cluster, patience: 4, backend: "events");
        await WatchedAsync(storage, async watch =>
        {
            await cluster.KillAsync("osd.1");
            var disk = await LagAsync(storage, "OSD_DOWN", () => Remarks(watch).Contains("Down: osd.1", StringComparison.Ordinal));
            await cluster.StartAgainAsync("osd.1");
            await UntilAsync(() => !Remarks(watch).Contains("Down: osd.1", StringComparison.Ordinal));

            await cluster.KillAsync("mon.m3");
            var monitor = await LagAsync(storage, "MON_DOWN", () => Scrape(watch).Contains("nodeagent_storage_monitors_in_quorum{backend=\"events\"} 2\n", StringComparison.Ordinal));
            Console.WriteLine($"after Ceph showed it: a killed disk {disk:0.0} s, a killed monitor {monitor:0.0} s");
            await cluster.StartAgainAsync("mon.m3");
            await UntilAsync(() => Scrape(watch).Contains("nodeagent_storage_monitors_in_quorum{backend=\"events\"} 3\n", StringComparison.Ordinal));
            Assert.IsLessThan(Soon, disk);
            Assert.IsLessThan(Soon, monitor);
        });
    }

    [TestMethod]
    public async Task Slow_operations_are_told_in_health_and_metrics_and_nothing_of_them_is_lost()
    {
        await using var storage = CephLab.Open(cluster, patience: 20, backend: "events");
        var volume = await CephLab.MakeAsync(storage, CephLab.Unit("slow", "events"));
        await WatchedAsync(storage, async watch =>
        {
            await UntilAsync(() => Scrape(watch).Contains("nodeagent_storage_slow_operations{backend=\"events\"} 0\n", StringComparison.Ordinal));
            await cluster.RunAsync("ceph", "osd", "set", "nodown");
            await SetAsync("osd.*", "osd_op_complaint_time", "0.3");
            await SetAsync("osd.1", "osd_debug_inject_dispatch_delay_duration", "0.8");
            await SetAsync("osd.1", "osd_debug_inject_dispatch_delay_probability", "1");
            var written = Task.WhenAll(Enumerable.Range(1, 6).Select(number => CephLab.WriteAsync(storage, volume, number << 16, [(byte)number])));
            var lag = await LagAsync(storage, "SLOW_OPS", () => Scrape(watch).Split('\n').Any(line =>
                line.StartsWith("nodeagent_storage_slow_operations{", StringComparison.Ordinal) && !line.EndsWith("} 0", StringComparison.Ordinal)));
            Console.WriteLine($"slow operations are in the metrics {lag:0.0} s after Ceph showed them: {Remarks(watch)}");
            StringAssert.Contains(Remarks(watch), "slow ops");
            Assert.AreNotEqual(HealthLevel.Ok, watch.Find(Id)!.Health.Value.Level);
            await SetAsync("osd.1", "osd_debug_inject_dispatch_delay_probability", "0");
            await SetAsync("osd.*", "osd_op_complaint_time", "30");
            await cluster.RunAsync("ceph", "osd", "unset", "nodown");
            await written;
            Assert.IsLessThan(30, lag);
            await UntilAsync(() => Scrape(watch).Contains("nodeagent_storage_slow_operations{backend=\"events\"} 0\n", StringComparison.Ordinal));
        });
        await using var stream = (await storage.OpenHeldAsync(volume, CancellationToken.None)).Value;
        var read = new byte[7 << 16];
        await stream.ReadExactlyAsync(read);
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3, 4, 5, 6 }, Enumerable.Range(1, 6).Select(number => read[number << 16]).ToArray());
    }

    private static Task SetAsync(string disks, string name, string value) => cluster.RunAsync("ceph", "tell", disks, "config", "set", name, value);

    private static async Task WatchedAsync(CephStorage storage, Func<BackendWatch, Task> act)
    {
        using var watch = new BackendWatch(TimeProvider.System, TimeSpan.FromMinutes(10));
        using var ending = new CancellationTokenSource();
        var running = watch.RunAsync(() => new Dictionary<BackendId, IBackend> { [Id] = storage }, ending.Token);
        try
        {
            await UntilAsync(() => watch.Find(Id)?.Health.IsOk == true);
            await act(watch);
        }
        finally
        {
            await ending.CancelAsync();
            await running;
        }
    }

    // From when Ceph's own health has it, asked by itself, to when we have.
    private static async Task<double> LagAsync(CephStorage storage, string check, Func<bool> isSeen)
    {
        using var asking = await Task.Run(() => Connection.Open(storage.Gate.Options, "cannot ask").Value);
        var limit = Stopwatch.GetTimestamp();
        while (await Task.Run(() => asking.Command(new JsonObject { ["prefix"] = "health" }, "cannot ask").Value?["checks"]?[check] is null))
        {
            Assert.IsLessThan(60, Stopwatch.GetElapsedTime(limit).TotalSeconds, $"Ceph never shows {check}");
            await Task.Delay(20);
        }

        var began = Stopwatch.GetTimestamp();
        await UntilAsync(isSeen);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        var began = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.IsLessThan(90, Stopwatch.GetElapsedTime(began).TotalSeconds, "waited in vain");
            await Task.Delay(20);
        }
    }

    private static string Remarks(BackendWatch watch) => watch.Find(Id)?.Health is { IsOk: true } known ? string.Join('\n', known.Value.Remarks) : "";

    private string Scrape(BackendWatch watch)
    {
        new StorageClusterSource(() => [Id], watch).Collect(metrics);
        return metrics.Write(ExpositionFormat.Text);
    }
}
