using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Daemon.Metrics;
using NodeAgent.Tests.Support;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Hosting.Meters;

[TestClass]
public sealed class UpkeepSourceTests
{
    private static readonly UnitId Unit = new(new BackendId("mirror"), "tank");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private readonly ManualTimeProvider time = new();
    private readonly AgentMetrics metrics = NewAgentMetrics();

    [TestMethod]
    public void What_upkeep_saw_becomes_series_with_the_names_of_the_catalogue()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Told(Report() with { FrozenFor = TimeSpan.FromSeconds(7), Frozen = TimeSpan.FromSeconds(9), IsParted = Answer.Yes }));

        var text = Scrape(watch);

        foreach (var line in new[]
        {
            """nodeagent_leg_state{unit="mirror:tank",node="n2",leg="0",state="outdated"} 1""",
            """nodeagent_leg_state{unit="mirror:tank",node="n2",leg="0",state="in_sync"} 0""",
            """nodeagent_leg_state{unit="mirror:tank",node="n1",leg="0",state="in_sync"} 1""",
            """nodeagent_leg_path_up{unit="mirror:tank",leg="0",network="1"} 1""",
            """nodeagent_leg_path_up{unit="mirror:tank",leg="0",network="2"} 0""",
            """nodeagent_sync_certificate_readable{unit="mirror:tank"} 1""",
            """nodeagent_sync_certificate_covers{unit="mirror:tank",node="n1"} 1""",
            """nodeagent_sync_certificate_covers{unit="mirror:tank",node="n2"} 0""",
            """nodeagent_copies_parted{unit="mirror:tank"} 1""",
            """nodeagent_writes_frozen_seconds_total{unit="mirror:tank"} 9""",
            $$"""nodeagent_writes_frozen_since_timestamp_seconds{unit="mirror:tank"} {{time.GetUtcNow().ToUnixTimeSeconds() - 7}}""",
            $$"""nodeagent_upkeep_last_look_timestamp_seconds{unit="mirror:tank"} {{time.GetUtcNow().ToUnixTimeSeconds()}}""",
        })
        {
            StringAssert.Contains(text, line + "\n");
        }
    }

    [TestMethod]
    public void What_was_not_seen_is_absent_never_zero()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Told(new UpkeepReport(Unit, time.GetUtcNow())));

        _ = Scrape(watch);

        Assert.IsEmpty(metrics.LegState.Snapshot().Series);
        Assert.IsEmpty(metrics.LegPathUp.Snapshot().Series);
        Assert.IsEmpty(metrics.SyncCertificateReadable.Snapshot().Series);
        Assert.IsEmpty(metrics.SyncCertificateCovers.Snapshot().Series);
        Assert.IsEmpty(metrics.CopiesParted.Snapshot().Series);
        Assert.IsEmpty(metrics.WritesFrozenSince.Snapshot().Series);
        Assert.IsEmpty(metrics.ResyncEta.Snapshot().Series);
        Assert.AreEqual(0, metrics.WritesFrozen.Snapshot().Series.Single().Value);
    }

    [TestMethod]
    public void What_a_step_saw_half_a_minute_ago_is_not_how_it_is_but_that_it_was_then_and_that_writes_wait_is()
    {
        var watch = new UpkeepWatch(time);
        var report = Report() with { FrozenFor = TimeSpan.FromSeconds(1), Frozen = TimeSpan.FromSeconds(1) };
        time.Advance(TimeSpan.FromSeconds(30));
        watch.Saw(Unit.Backend, Told(report with { FrozenFor = TimeSpan.FromSeconds(31), Frozen = TimeSpan.FromSeconds(31) }));

        _ = Scrape(watch);

        Assert.IsEmpty(metrics.LegState.Snapshot().Series);
        Assert.IsEmpty(metrics.LegPathUp.Snapshot().Series);
        Assert.IsEmpty(metrics.SyncCertificateCovers.Snapshot().Series);
        Assert.AreEqual(report.ObservedAt.ToUnixTimeSeconds(), metrics.UpkeepLastLookTimestamp.Snapshot().Series.Single().Value);
        Assert.AreEqual(31, metrics.WritesFrozen.Snapshot().Series.Single().Value);
        Assert.AreEqual(time.GetUtcNow().ToUnixTimeSeconds() - 31, metrics.WritesFrozenSince.Snapshot().Series.Single().Value);
    }

    [TestMethod]
    public void A_copying_tells_when_it_will_be_through_once_it_gets_on()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Told(Report() with { Resync = new CopyResync(N2, 1000, 2000) }));
        _ = Scrape(watch);
        Assert.IsEmpty(metrics.ResyncEta.Snapshot().Series);

        time.Advance(TimeSpan.FromSeconds(20));
        watch.Saw(Unit.Backend, Told(Report() with { Resync = new CopyResync(N2, 800, 2000) }));

        StringAssert.Contains(Scrape(watch), "nodeagent_resync_eta_seconds{unit=\"mirror:tank\",peer=\"n2\"} 80\n");
        var left = UpkeepSource.Copying(watch, resync => resync.RemainingBytes).Single();
        Assert.AreEqual((800, "mirror:tank n2"), (left.Value, string.Join(' ', left.Labels)), "for the series that streams have");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.IsEmpty(UpkeepSource.Copying(watch, resync => resync.RemainingBytes));
    }

    [TestMethod]
    public void A_plugin_that_starts_anew_does_not_take_frozen_seconds_back_and_a_backend_that_is_gone_takes_its_series_with_it()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Told(Report() with { Frozen = TimeSpan.FromSeconds(9) }));
        _ = Scrape(watch);
        watch.Saw(Unit.Backend, Told(Report() with { Frozen = TimeSpan.FromSeconds(2) }));
        _ = Scrape(watch);
        Assert.AreEqual(11, metrics.WritesFrozen.Snapshot().Series.Single().Value);

        watch.KeepOnly(new HashSet<BackendId>());
        _ = Scrape(watch);

        Assert.IsEmpty(metrics.WritesFrozen.Snapshot().Series);
        Assert.IsEmpty(metrics.UpkeepLastLookTimestamp.Snapshot().Series);
    }

    [TestMethod]
    public async Task Promtool_finds_nothing_to_blame_in_them()
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Told(Report() with { FrozenFor = TimeSpan.FromSeconds(7), Resync = new CopyResync(N2, 800, 2000) }));

        var (code, output) = await Judge.RunAsync("promtool", "prometheus", null, Scrape(watch), "check", "metrics");

        Assert.AreEqual((0, ""), (code, output.Trim()));
    }

    private static Outcome<IReadOnlyList<UpkeepReport>> Told(UpkeepReport report) => Outcome.Ok<IReadOnlyList<UpkeepReport>>([report]);

    private UpkeepReport Report() => new(Unit, time.GetUtcNow())
    {
        IsCertificateRead = Answer.Yes,
        Certified = new Dictionary<NodeId, bool> { [N1] = true, [N2] = false },
        Legs = [new CopyLeg(N1, "0", CopyState.InSync), new CopyLeg(N2, "0", CopyState.Outdated)],
        Paths = [new CopyPath("0", "1", IsUp: true), new CopyPath("0", "2", IsUp: false)],
    };

    private string Scrape(UpkeepWatch watch)
    {
        new UpkeepSource(watch).Collect(metrics);
        return metrics.Write(ExpositionFormat.Text);
    }
}
