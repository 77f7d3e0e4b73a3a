using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Status;
using NodeAgent.Tests.Support;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Hosting.Meters;

[TestClass]
public sealed class UnitSourceTests
{
    private static readonly UnitId Unit = new(new BackendId("mirror"), "tank");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly UnitRecord Record = new(Unit, N1, new Epoch(2), 1, [], TimeSpan.FromSeconds(60), 2, 3, IsPaused: false);
    private readonly ManualTimeProvider time = new();
    private readonly AgentMetrics metrics = NewAgentMetrics();

    [TestMethod]
    public void Copies_that_the_storage_keeps_are_counted_although_no_record_names_them()
    {
        Scrape(new Dictionary<NodeId, bool> { [N1] = true, [N2] = false });

        Assert.AreEqual(2, metrics.UnitCopiesWanted.Snapshot().Series.Single().Value);
        Assert.AreEqual("n1 in_sync, n2 outdated", States());
    }

    [TestMethod]
    public void A_writer_whose_own_copy_is_not_certified_is_not_in_sync()
    {
        Scrape(new Dictionary<NodeId, bool> { [N1] = false, [N2] = true });

        Assert.AreEqual("n1 outdated, n2 outdated", States());
    }

    [TestMethod]
    public void Without_a_certificate_to_read_nothing_is_known_of_how_many_there_are_to_be()
    {
        Scrape([]);

        Assert.IsEmpty(metrics.UnitCopiesWanted.Snapshot().Series);
        Assert.AreEqual("n1 unknown, n2 outdated", States());
    }

    private string States() => string.Join(", ", metrics.CopyState.Snapshot().Series.Where(series => series.Value == 1)
        .Select(series => $"{series.Labels[1]} {series.Labels[2]}").Order(StringComparer.Ordinal));

    private void Scrape(Dictionary<NodeId, bool> certified)
    {
        var watch = new UpkeepWatch(time);
        watch.Saw(Unit.Backend, Outcome.Ok<IReadOnlyList<UpkeepReport>>([new UpkeepReport(Unit, time.GetUtcNow()) { Certified = certified }]));
        var copy = new CopyLine(N2, CopyState.Outdated, null, null, LossConfidence.Unknown, "certificate", null, null);
        var backend = new BackendLine(Unit.Backend, "nvme-mirror", "ready", HealthLevel.Ok, "", [], [], time.GetUtcNow());
        var volume = new VolumeReport("db", VolumeKind.Block, 1 << 20, null, "/dev/zvol/tank/db");
        var report = new NodeReport(N1, "1", time.GetUtcNow(), null, [backend], [new UnitReport(Record, Role.Writer, [volume], [copy], null)], 0);
        new UnitSource(() => report, watch, time).Collect(metrics);
    }
}
