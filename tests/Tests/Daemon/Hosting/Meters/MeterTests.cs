using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Hosting.Meters;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Daemon.Plugins;
using NodeAgent.Linux.Commands;
using NodeAgent.Tests.Support;
using static NodeAgent.Tests.Daemon.Metrics.MetricsFixture;

namespace NodeAgent.Tests.Daemon.Hosting.Meters;

[TestClass]
public sealed class MeterTests
{
    private static readonly BackendId Tank = new("tank");
    private readonly AgentMetrics metrics = NewAgentMetrics();

    [TestMethod]
    public void Each_end_of_a_call_counts_where_it_belongs()
    {
        var meter = new PluginMeter(metrics, NullLogger.Instance);
        foreach (var end in Enum.GetValues<CallEnd>())
        {
            meter.CallEnded(Tank, "streams.send", end, null, TimeSpan.FromSeconds(1));
        }

        // Fault, TimedOut, Crashed, Abandoned, Refused; what the agent called off itself is no failure.
        Assert.AreEqual(5, metrics.BackendOperationFailures.Snapshot().Series.Single().Value);
        Assert.AreEqual(6, metrics.BackendOperationDuration.Snapshot().Series.Single().Counts.Sum(), "a refused call took no time of the plugin");
        Assert.AreEqual(1, Value(metrics.BackendMisbehaviour, "tank", "crash"));
        Assert.AreEqual(1, Value(metrics.BackendMisbehaviour, "tank", "hang"));
    }

    [TestMethod]
    public void A_quarantine_and_a_restart_count_once_and_a_first_start_does_not()
    {
        var meter = new PluginMeter(metrics, NullLogger.Instance);
        var subject = PluginSubject.Backend(Tank);
        meter.StateChanged(subject, PluginState.Discovered, PluginState.Starting, "");
        meter.StateChanged(subject, PluginState.Starting, PluginState.Ready, "");
        meter.StateChanged(PluginSubject.Plugin("zfs"), PluginState.Ready, PluginState.Quarantined, "");
        Assert.IsEmpty(metrics.BackendRestarts.Snapshot().Series);
        Assert.IsEmpty(metrics.BackendQuarantines.Snapshot().Series);

        meter.StateChanged(subject, PluginState.Degraded, PluginState.Quarantined, "");
        meter.StateChanged(subject, PluginState.Quarantined, PluginState.Starting, "");
        Assert.AreEqual(1, Value(metrics.BackendQuarantines, "tank"));
        Assert.AreEqual(1, Value(metrics.BackendRestarts, "tank"));
    }

    [TestMethod]
    public void A_cycle_counts_at_its_start_and_a_cycle_that_was_called_off_is_neither_good_nor_bad()
    {
        var time = new ManualTimeProvider();
        var meter = new CycleMeter(metrics, time);
        var (unit, peer) = (new UnitId(Tank, "db"), new NodeId("n2"));
        using (var good = meter.Begin(unit, peer))
        {
            time.Advance(TimeSpan.FromSeconds(2));
            good.End(null);
        }

        meter.Begin(unit, peer).Dispose();
        meter.NotBegun(unit, peer, new Fault(FaultCode.Internal, "what", "why", "next", Retry.Later));
        meter.LeftOut(unit, peer, 3);

        Assert.AreEqual(3, Value(metrics.ReplicationCycles, "tank:db", "n2"));
        Assert.AreEqual(1, Value(metrics.ReplicationFailures, "tank:db", "n2"));
        Assert.AreEqual(3, Value(metrics.ReplicationSkipped, "tank:db", "n2"));
        Assert.AreEqual(2, metrics.ReplicationCycleDuration.Snapshot().Series.Single().Value);
    }

    [TestMethod]
    public void Programs_count_by_verb_and_a_path_is_never_a_label()
    {
        var meter = new CommandMeter(metrics);
        var at = DateTimeOffset.UnixEpoch;
        var send = new RunningCommand("zfs", "send", "tank:send:tank/na/db", 1, at);
        var list = new RunningCommand("ls", "/srv/some/path", "", 2, at);
        foreach (var command in new[] { send, list })
        {
            meter.Started(command);
        }

        meter.Ended(send, CommandEnd.TimedOut, 137, TimeSpan.FromSeconds(1));
        meter.Ended(list, CommandEnd.Exited, 2, TimeSpan.FromSeconds(1));
        meter.Ended(list, CommandEnd.Cancelled, 137, TimeSpan.FromSeconds(1));

        Assert.AreEqual(1, Value(metrics.CommandTimeouts, "zfs", "send"));
        Assert.AreEqual(0, Value(metrics.CommandFailures, "zfs", "send"));
        Assert.AreEqual(1, Value(metrics.CommandFailures, "ls", "other"));
        CollectionAssert.AreEquivalent(new[] { "tank", "none" }, meter.Lanes.ToList());
    }

    private static double Value(CounterFamily family, params string[] labels) =>
        family.Snapshot().Series.Single(s => s.Labels.SequenceEqual(labels)).Value;
}
