using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Support;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Hosting.Meters;

[TestClass]
public sealed class JournalSourceTests
{
    private static readonly UnitId Unit = new(new BackendId("tank"), "db");
    private static readonly NodeId Peer = new("n2");
    private static readonly NodeId Self = new("n1");
    private static readonly StreamStep Step = new(
        new VolumeId(Unit, "data"), null, new HistoryPoint("na-1-1", "1", 1, DateTimeOffset.UnixEpoch, IsBookmark: false), null, new Epoch(1));
    private static readonly UnitRecord Record = new(Unit, Self, new Epoch(1), 1, [Peer], TimeSpan.FromSeconds(60), 2, 4, IsPaused: false);

    [TestMethod]
    public void Nothing_pending_is_zero_of_each_kind_and_no_time_at_all()
    {
        using var world = new World();
        var metrics = world.Scrape();

        Assert.IsTrue(metrics.JournalPendingOperations.Snapshot().Series.All(s => s.Value == 0));
        Assert.HasCount(3, metrics.JournalPendingOperations.Snapshot().Series);
        Assert.IsEmpty(metrics.JournalOldestProgressTimestamp.Snapshot().Series);
    }

    [TestMethod]
    public void A_step_is_progress_and_a_failure_that_is_tried_again_is_none()
    {
        using var world = new World();
        var operation = world.Begin();
        world.Time.Advance(TimeSpan.FromSeconds(10));
        operation = world.Journal.Mark(operation, "look");
        Assert.AreEqual(10, world.Oldest());

        world.Time.Advance(TimeSpan.FromSeconds(10));
        world.Journal.Fail(operation, new Fault(FaultCode.PeerUnavailable, "what", "why", "next", Retry.Later));
        Assert.AreEqual(0, world.Oldest(), "it has not got on since it began");
    }

    [TestMethod]
    public void A_long_stream_gets_on_as_long_as_bytes_go_out()
    {
        using var world = new World();
        world.Begin();
        using var shown = world.Board.Begin(Unit, Peer, Step, 1000);
        shown.Sent(1);
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(3600, world.Oldest());
        world.Time.Advance(TimeSpan.FromHours(1));
        Assert.AreEqual(3600, world.Oldest(), "not a byte since");
        shown.Sent(1);
        Assert.AreEqual(7200, world.Oldest());
    }

    [TestMethod]
    public void A_paused_unit_waits_for_its_operator_and_is_not_stuck()
    {
        using var world = new World();
        world.Begin();
        world.Registry.Store(Record with { IsPaused = true, Revision = 2 });

        Assert.IsNull(world.Oldest());
    }

    [TestMethod]
    public void A_cycle_of_a_copy_that_nobody_wants_any_more_is_swept_and_others_stay()
    {
        using var world = new World();
        world.Begin();
        var sweep = new CycleSweep(Self, world.Registry, world.Journal);
        sweep.Run();
        Assert.HasCount(1, world.Journal.Open());

        world.Registry.Store(Record with { Copies = [], Revision = 2 });
        sweep.Run();
        Assert.IsEmpty(world.Journal.Open());
    }

    private sealed class World : IDisposable
    {
        private readonly TempFolder folder = new();
        private readonly AgentMetrics metrics = NewAgentMetrics();
        private readonly JournalSource source;
        private readonly DateTimeOffset start;

        public World()
        {
            start = Time.GetUtcNow();
            Registry = UnitRegistry.Load(folder["units"]).Value;
            Registry.Store(Record);
            Journal = FileOperationJournal.Load(folder["operations"], Time, out _);
            source = new JournalSource(Journal, Registry, Board, Time);
        }

        public ManualTimeProvider Time { get; } = new();

        public UnitRegistry Registry { get; }

        public FileOperationJournal Journal { get; }

        public StreamBoard Board { get; } = new();

        public Operation Begin() => Journal.Begin(
            PeerCycle.KeyOf(Unit, Peer), PeerCycle.Kind, "db to n2", ImmutableDictionary<string, string>.Empty).Value;

        public AgentMetrics Scrape()
        {
            source.Collect(metrics);
            return metrics;
        }

        /// <summary>Seconds after the start; null if absent.</summary>
        public double? Oldest()
        {
            var series = Scrape().JournalOldestProgressTimestamp.Snapshot().Series;
            return series.Length == 0 ? null : Math.Round(series[0].Value - (start.ToUnixTimeMilliseconds() / 1000.0));
        }

        public void Dispose() => folder.Dispose();
    }
}
