using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Daemon.Metrics;
using NodeAgent.Tests.Support;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Hosting.Meters;

[TestClass]
public sealed class StorageClusterSourceTests
{
    private static readonly BackendId Hot = new("ceph-hot");
    private readonly AgentMetrics metrics = NewAgentMetrics();

    [TestMethod]
    public async Task What_a_probe_saw_of_the_cluster_becomes_series_with_the_names_of_the_catalogue()
    {
        var text = await ScrapeAsync(new StorageClusterSight
        {
            Answered = TimeSpan.FromMilliseconds(250), Monitors = 3, MonitorsInQuorum = 0, RebuildNeededBytes = 700, RebuildFreeBytes = 600,
            ShutOutClients = 4, SlowOperations = 7, CallsLeftBehind = 2, CompareProgress = 0.5,
            ComparedAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000), CompareDiffers = true, PoolsAtRisk = new Dictionary<string, bool> { ["hot"] = false, ["cold"] = true },
        });
        foreach (var line in new[]
        {
            """nodeagent_storage_answer_seconds{backend="ceph-hot"} 0.25""",
            """nodeagent_storage_monitors{backend="ceph-hot"} 3""",
            """nodeagent_storage_monitors_in_quorum{backend="ceph-hot"} 0""",
            """nodeagent_storage_rebuild_needed_bytes{backend="ceph-hot"} 700""",
            """nodeagent_storage_rebuild_free_bytes{backend="ceph-hot"} 600""",
            """nodeagent_storage_shut_out_clients{backend="ceph-hot"} 4""",
            """nodeagent_storage_slow_operations{backend="ceph-hot"} 7""",
            """nodeagent_storage_compare_progress_ratio{backend="ceph-hot"} 0.5""",
            """nodeagent_storage_compare_last_timestamp_seconds{backend="ceph-hot"} 1800000000""",
            """nodeagent_storage_compare_differs{backend="ceph-hot"} 1""",
            """nodeagent_storage_calls_left_behind{backend="ceph-hot"} 2""",
            """nodeagent_storage_pool_at_risk{backend="ceph-hot",pool="hot"} 0""",
            """nodeagent_storage_pool_at_risk{backend="ceph-hot",pool="cold"} 1""",
        })
        {
            StringAssert.Contains(text, line + "\n");
        }
    }

    [TestMethod]
    public async Task Mirrors_at_other_sites_become_series_of_their_units()
    {
        var held = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var text = await ScrapeAsync(new StorageClusterSight
        {
            Sites = new SiteSight("a", IsOn: true, TimeSpan.FromSeconds(60))
            {
                Units =
                [
                    Mirror("db", SiteRole.Source, SiteState.Replaying, held) with { OpenOn = new NodeId("n1") },
                    Mirror("closed", SiteRole.Source, SiteState.Replaying, held),
                    Mirror("split", SiteRole.Copy, SiteState.SplitBrain, null),
                    Mirror("off", SiteRole.None, SiteState.Off, null),
                ],
            },
        });
        foreach (var line in new[]
        {
            """nodeagent_storage_mirror_source{unit="ceph-hot:db"} 1""",
            """nodeagent_storage_mirror_source{unit="ceph-hot:split"} 0""",
            """nodeagent_storage_mirror_following{unit="ceph-hot:db"} 1""",
            """nodeagent_storage_mirror_following{unit="ceph-hot:split"} 0""",
            """nodeagent_storage_mirror_parted{unit="ceph-hot:db"} 0""",
            """nodeagent_storage_mirror_parted{unit="ceph-hot:split"} 1""",
            """nodeagent_storage_mirror_held_timestamp_seconds{unit="ceph-hot:db"} 1800000000""",
            """nodeagent_storage_mirror_interval_seconds{unit="ceph-hot:db"} 60""",
        })
        {
            StringAssert.Contains(text, line + "\n");
        }

        Assert.DoesNotContain("held_timestamp_seconds{unit=\"ceph-hot:closed\"", text);
        Assert.DoesNotContain("held_timestamp_seconds{unit=\"ceph-hot:split\"", text);
        Assert.DoesNotContain("ceph-hot:off", text);
    }

    [TestMethod]
    public async Task What_is_not_known_is_absent_never_zero()
    {
        var text = await ScrapeAsync(new StorageClusterSight { Monitors = 3 });
        Assert.DoesNotContain("nodeagent_storage_monitors_in_quorum{", text);
        Assert.DoesNotContain("nodeagent_storage_rebuild_needed_bytes{", text);
    }

    [TestMethod]
    public async Task A_backend_without_a_cluster_and_one_that_did_not_answer_tell_nothing()
    {
        Assert.DoesNotContain("nodeagent_storage_", await ScrapeAsync(null));
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromSeconds(30));
        await watch.LookAsync(Hot, new ProbedBackend(new Fault(FaultCode.TimedOut, "cannot look", "no answer", "Look.", Retry.Later)), CancellationToken.None);
        Assert.DoesNotContain("nodeagent_storage_", Scrape(watch));
    }

    private static UnitMirror Mirror(string name, SiteRole role, SiteState state, DateTimeOffset? held) =>
        new(new UnitId(Hot, name), [new VolumeMirror(new VolumeId(new UnitId(Hot, name), "data"), role, state) { HeldByCopy = held }]);

    private async Task<string> ScrapeAsync(StorageClusterSight? cluster)
    {
        using var watch = new BackendWatch(new ManualTimeProvider(), TimeSpan.FromSeconds(30));
        await watch.LookAsync(Hot, new ProbedBackend(new BackendHealth(HealthLevel.Ok, "ceph", []) { Cluster = cluster }), CancellationToken.None);
        return Scrape(watch);
    }

    private string Scrape(BackendWatch watch)
    {
        new StorageClusterSource(() => [Hot, new BackendId("never-seen")], watch).Collect(metrics);
        return metrics.Write(ExpositionFormat.Text);
    }
}
