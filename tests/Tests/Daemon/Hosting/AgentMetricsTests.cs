using NodeAgent.Contract;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Tests.Daemon.Metrics;
using NodeAgent.Tests.Daemon.Plugins.Yard;

namespace NodeAgent.Tests.Daemon.Hosting;

[TestClass]
public sealed class AgentMetricsTests
{
    // In no cluster, with one unreplicated unit, nothing stuck and nothing pending, these have nothing to say.
    private static readonly string[] Unsaid =
    [
        MetricNames.CertificateExpiryTimestamp, // in no cluster
        MetricNames.JournalOldestProgressTimestamp, // nothing is pending
        MetricNames.LossIfPromoted, // no copies
        MetricNames.ReplicationObjective,
        MetricNames.ReplicationRecoveryPointTimestamp,
        MetricNames.ReplicationLastSuccessTimestamp,
        MetricNames.ReplicationCycles,
        MetricNames.ReplicationFailures,
        MetricNames.ReplicationSkipped,
        MetricNames.ReplicationSentBytes,
        MetricNames.ReplicationCycleDuration,
        MetricNames.ResyncBytes,
        MetricNames.ResyncRemainingBytes,
        MetricNames.UpkeepLastLookTimestamp, // a folder keeps no copies itself
        MetricNames.LegState,
        MetricNames.LegPathUp,
        MetricNames.SyncCertificateReadable,
        MetricNames.SyncCertificateCovers,
        MetricNames.WritesFrozen,
        MetricNames.WritesFrozenSince,
        MetricNames.ResyncEta,
        MetricNames.CopiesParted,
        MetricNames.PeerLastHeartbeatTimestamp, // no peers
        MetricNames.PeerPathUp,
        MetricNames.PeerSentBytes,
        MetricNames.PeerReceivedBytes,
        MetricNames.DrillTimestamp, // nothing was drilled
        MetricNames.DrillPassed,
        MetricNames.DrillAway,
        MetricNames.KeptHeadBytes, // no copy has parted
        MetricNames.KeptHeadTimestamp,
        MetricNames.FailoverArmed, // there is no cluster store
        MetricNames.LeaseState,
        MetricNames.LeaseEndTimestamp,
        MetricNames.StoreMemberUp,
        MetricNames.WatchdogAttested,
        MetricNames.WatchdogTimeout,
        MetricNames.GuardMostLate,
        MetricNames.ServiceState,
        MetricNames.ServiceOwner,
        MetricNames.ServiceEpoch,
        MetricNames.ServiceProtected,
        MetricNames.MemberState,
        MetricNames.PoolScanProgressRatio, // a folder is never scrubbed
        MetricNames.StorageAnswer, // a folder is no cluster
        MetricNames.StorageMonitors,
        MetricNames.StorageMonitorsInQuorum,
        MetricNames.StorageRebuildNeeded,
        MetricNames.StorageRebuildFree,
        MetricNames.StorageShutOutClients,
        MetricNames.StorageSlowOperations,
        MetricNames.StorageCompareProgress,
        MetricNames.StorageCompareLast,
        MetricNames.StorageCompareDiffers,
        MetricNames.StorageCallsLeftBehind,
        MetricNames.NodeLossUse, // no other node
        MetricNames.StorageMirrorSource,
        MetricNames.StorageMirrorFollowing,
        MetricNames.StorageMirrorParted,
        MetricNames.StorageMirrorHeld,
        MetricNames.StorageMirrorInterval,
        MetricNames.StoragePoolAtRisk,
        MetricNames.CommandsRunning, // the Directory plugin runs no program
        MetricNames.StuckCommands,
        MetricNames.CommandDuration,
        MetricNames.CommandFailures,
        MetricNames.CommandTimeouts,
        MetricNames.MetricsDroppedUpdates, // nothing was lost
        MetricNames.MetricsRejectedValues,
    ];

    [TestMethod]
    [Timeout(120_000)]
    public async Task A_lone_agent_shows_every_metric_but_those_it_has_nothing_to_say_for()
    {
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", RunningAgent.FreePort());
        await one.CreateAsync("db");
        var body = await one.ScrapeUntilAsync(text =>
            RunningAgent.ValueOf(text, MetricNames.CopyState, ("unit", "files:db"), ("node", "n1"), ("state", "in_sync")) == 1);

        var there = ExpositionReader.Read(body).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var absent = Catalogue.All.Where(d => !there.Overlaps(d.SampleNames)).Select(d => d.Name).ToList();
        CollectionAssert.AreEquivalent(Unsaid, absent);
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.PluginState, ("plugin", "directory"), ("state", "ready")));
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.BackendState, ("backend", "files"), ("state", "ready")));

        // Degraded: the disk of the machine that runs the tests has less than a tenth left.
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.BackendHealth, ("backend", "files"), ("state", "ok"))
            + RunningAgent.ValueOf(body, MetricNames.BackendHealth, ("backend", "files"), ("state", "degraded")));
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.UnitWriter, ("unit", "files:db")));
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.UnitCopiesWanted, ("unit", "files:db")));
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.UnitEpoch, ("unit", "files:db")));
        Assert.AreEqual(0, RunningAgent.ValueOf(body, MetricNames.JournalPendingOperations, ("operation", "create-volume")));
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.BackendOperationDuration + "_count", ("operation", "create")));
        Assert.AreEqual(0, RunningAgent.ValueOf(body, MetricNames.BackendQuarantines, ("backend", "files")));
        Assert.IsTrue(ExpositionReader.Read(body).Where(s => s.Name == MetricNames.CollectorSuccess).All(s => s.Value == 1));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task What_a_plugin_s_upkeep_saw_is_served_by_a_real_agent()
    {
        using var yard = new PluginYard();
        yard.Install(new Fixture
        {
            BackendBase = ", IUpkeep",
            BackendMembers = """
                public Task<Outcome> KeepAsync(CancellationToken cancellation) =>
                    Task.FromResult(Outcome.Failed(new Fault(FaultCode.ControlPlaneUnavailable, "cannot look after u", "the store is away", "Wait.", Retry.Later)));

                public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) => Good<IReadOnlyList<UpkeepReport>>(
                [
                    new UpkeepReport(new UnitId(context.Id, "u"), context.Time.GetUtcNow())
                    {
                        IsCertificateRead = Answer.No,
                        Legs = [new CopyLeg(new NodeId("n2"), "7", CopyState.Outdated)],
                        Paths = [new CopyPath("7", "2", IsUp: false)],
                        Resync = new CopyResync(new NodeId("n2"), 5, 9),
                        Frozen = TimeSpan.FromSeconds(4),
                        FrozenFor = TimeSpan.FromSeconds(3),
                    },
                ]);
                """,
        });
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", RunningAgent.FreePort(), fixture: yard.Root);
        var body = await one.ScrapeUntilAsync(text => RunningAgent.ValueOf(text, MetricNames.LegPathUp, ("unit", "tank:u"), ("leg", "7"), ("network", "2")) == 0);

        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.LegState, ("unit", "tank:u"), ("node", "n2"), ("leg", "7"), ("state", "outdated")));
        Assert.AreEqual(0, RunningAgent.ValueOf(body, MetricNames.SyncCertificateReadable, ("unit", "tank:u")));
        Assert.AreEqual(4, RunningAgent.ValueOf(body, MetricNames.WritesFrozen, ("unit", "tank:u")));
        Assert.AreEqual(5, RunningAgent.ValueOf(body, MetricNames.ResyncRemainingBytes, ("unit", "tank:u"), ("peer", "n2")));
        Assert.AreEqual(9, RunningAgent.ValueOf(body, MetricNames.ResyncBytes, ("unit", "tank:u"), ("peer", "n2")));
        var line = one.Agent.Report().Backends.Single();
        Assert.AreEqual(HealthLevel.Degraded, line.Health);
        StringAssert.Contains(string.Join('|', line.Remarks), "Writes of tank:u have waited");
        StringAssert.Contains(string.Join('|', line.Remarks), "the store is away");

        var (code, output) = await Judge.RunAsync("promtool", "prometheus", null, body, "check", "metrics");
        Assert.AreEqual((0, ""), (code, output.Trim()));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task What_a_real_agent_serves_passes_promtool_and_the_strict_parser()
    {
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", RunningAgent.FreePort());
        await one.CreateAsync("db");
        var (code, output) = await Judge.RunAsync("promtool", "prometheus", null, await one.ScrapeAsync(), "check", "metrics");
        Assert.AreEqual(string.Empty, output.Trim());
        Assert.AreEqual(0, code);

        using var folder = new TemporaryFolder();
        folder.Write("parse.py", ExpositionJudgeTests.StrictParser);
        (code, output) = await Judge.RunAsync(
            ExpositionJudgeTests.Python, "python3", folder.Path, await one.ScrapeOpenMetricsAsync(), Path.Combine(folder.Path, "parse.py"));
        if (code == 77)
        {
            Assert.Inconclusive("the OpenMetrics parser is not installed: apt-get install python3-prometheus-client");
        }

        Assert.AreEqual(0, code, output);
        StringAssert.Contains(output, "1 bodies");
    }

    [TestMethod]
    [Timeout(180_000)]
    public async Task A_unit_with_a_copy_appears_on_both_nodes_and_goes_when_it_is_deleted()
    {
        var port = RunningAgent.FreePort();
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", port);
        await using var two = await RunningAgent.StartAsync("n2", "127.0.0.2", port);
        await JoinAsync(one, two);
        await one.CreateAsync("db", ["n2"], 5);
        (string, string)[] copy = [("unit", "files:db"), ("peer", "n2")];
        (string, string)[] inSync = [("unit", "files:db"), ("node", "n2"), ("state", "in_sync")];
        var here = await one.ScrapeUntilAsync(text =>
            RunningAgent.ValueOf(text, MetricNames.CopyState, inSync) == 1
            && RunningAgent.ValueOf(text, MetricNames.ReplicationLastSuccessTimestamp, copy) is not null
            && RunningAgent.ValueOf(text, MetricNames.PeerPathUp, ("peer", "n2"), ("network", "loop")) == 1);
        var there = await two.ScrapeUntilAsync(text => RunningAgent.ValueOf(text, MetricNames.CopyState, inSync) == 1);

        JudgeWriter(here, copy);
        Assert.AreEqual(0, RunningAgent.ValueOf(there, MetricNames.UnitWriter, ("unit", "files:db")));
        Assert.AreEqual(2, RunningAgent.ValueOf(there, MetricNames.UnitCopiesWanted, ("unit", "files:db")));
        Assert.AreEqual(15, RunningAgent.ValueOf(there, MetricNames.ReplicationObjective, ("unit", "files:db")));
        Assert.IsNull(RunningAgent.ValueOf(there, MetricNames.ReplicationCycles, copy), "only the writer counts cycles");
        Assert.IsTrue(Math.Abs(
            RunningAgent.ValueOf(there, MetricNames.ReplicationRecoveryPointTimestamp, copy)!.Value
            - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) < 60);

        var deleted = await one.Agent.Deletes.DeleteAsync("db", "data", CancellationToken.None);
        Assert.IsTrue(deleted.IsOk, deleted.Fault?.ToString());
        await one.ScrapeUntilAsync(text => !text.Contains("files:db", StringComparison.Ordinal));
        await two.ScrapeUntilAsync(text => !text.Contains("files:db", StringComparison.Ordinal));
    }

    private static void JudgeWriter(string body, (string, string)[] copy)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.AreEqual(1, RunningAgent.ValueOf(body, MetricNames.UnitWriter, ("unit", "files:db")));
        Assert.AreEqual(2, RunningAgent.ValueOf(body, MetricNames.UnitCopiesWanted, ("unit", "files:db")));
        Assert.IsLessThan(60, Math.Abs(RunningAgent.ValueOf(body, MetricNames.ReplicationRecoveryPointTimestamp, copy)!.Value - now));
        var loss = RunningAgent.ValueOf(body, MetricNames.LossIfPromoted, ("unit", "files:db"), ("node", "n2"));
        Assert.IsTrue(loss is > 0 and < 60, $"would lose {loss} s");
        Assert.IsGreaterThan(0, RunningAgent.ValueOf(body, MetricNames.ReplicationSentBytes, copy)!.Value);
        Assert.IsGreaterThan(0, RunningAgent.ValueOf(body, MetricNames.PeerSentBytes, ("peer", "n2"))!.Value);
        var cycles = RunningAgent.ValueOf(body, MetricNames.ReplicationCycles, copy)!.Value;
        Assert.IsGreaterThanOrEqualTo(1, cycles);
        Assert.AreEqual(0, RunningAgent.ValueOf(body, MetricNames.ReplicationSkipped, copy));
        Assert.IsGreaterThanOrEqualTo(1, RunningAgent.ValueOf(body, MetricNames.ReplicationCycleDuration + "_count", ("peer", "n2"))!.Value);
        Assert.IsLessThan(60, now - RunningAgent.ValueOf(body, MetricNames.PeerLastHeartbeatTimestamp, ("peer", "n2"))!.Value);
        foreach (var usage in Known.CertificateUsages)
        {
            Assert.IsGreaterThan(now, RunningAgent.ValueOf(body, MetricNames.CertificateExpiryTimestamp, ("usage", usage))!.Value, usage);
        }
    }

    internal static async Task JoinAsync(RunningAgent one, RunningAgent two)
    {
        var founded = await one.Agent.Seat.FoundAsync(CancellationToken.None);
        Assert.IsTrue(founded.IsOk, founded.Fault?.ToString());
        var token = one.Agent.Seat.Node!.CreateToken(null);
        Assert.IsTrue(token.IsOk, token.Fault?.ToString());
        var joined = await two.Agent.Seat.JoinAsync(token.Value.Reveal(), null, CancellationToken.None);
        Assert.IsTrue(joined.IsOk, joined.Fault?.ToString());
    }
}
