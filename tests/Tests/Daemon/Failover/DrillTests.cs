using System.Security.Cryptography.X509Certificates;
using NodeAgent.Contract;
using NodeAgent.Core.Placement;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Peers.Identity;
using NodeAgent.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class DrillTests
{
    private static readonly NodeId N1 = FailoverCluster.Ids[0];
    private static readonly NodeId N2 = FailoverCluster.Ids[1];

    [TestMethod]
    public async Task A_drill_goes_there_and_back_loses_nothing_and_leaves_a_signed_report()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        cluster.Write(cluster[1], 9);
        var written = cluster.Content(cluster[1]);
        using var signing = new Signing(cluster);
        var book = new DrillBook(folder["drills"]);

        (cluster[1].Part.AfterStop, cluster[2].Part.AfterStop) = (cluster.MomentAsync, cluster.MomentAsync);
        var report = await RunAsync(cluster, Make(cluster, book, signing), new DrillOrder("db", "n2"));

        Assert.IsTrue(report.HasPassed, report.Text);
        CollectionAssert.AreEqual(new[] { (N1, N2), (N2, N1) }, report.Legs.Select(leg => (leg.From, leg.To)).ToArray());
        Assert.IsTrue(report.Legs.All(leg => leg.AwaySeconds > 0 && leg.Checks is [{ IsSame: true, Volume: "data" }]), report.ToString());
        Assert.AreNotEqual(report.Legs[0].Checks[0].Ended, report.Legs[1].Checks[0].Ended);
        Assert.AreEqual(written, cluster.Content(cluster[1]));
        Assert.IsTrue(cluster[1].Part.IsRunning);

        var text = await File.ReadAllTextAsync(report.File!);
        var verdict = DrillSeal.Open(text, report.File!, [signing.Authority.Certificate]);
        Assert.IsTrue(verdict.IsOk, verdict.Fault?.ToString());
        Assert.AreEqual(report.Text, verdict.Value.Report.Text);
        var again = new DrillBook(folder["drills"]);
        again.Load();
        Assert.AreEqual(report.Text, again.Last.Single().Text);
    }

    [TestMethod]
    public async Task A_report_that_was_changed_or_signed_by_another_is_not_trusted()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        using var signing = new Signing(cluster);
        using var stranger = new Signing(cluster);
        var report = await RunAsync(cluster, Make(cluster, new DrillBook(folder["drills"]), signing), new DrillOrder("db", "n2"));
        var text = await File.ReadAllTextAsync(report.File!);
        var authority = signing.Authority.Certificate;

        AssertRefused(text.Replace("\"hasPassed\": true", "\"hasPassed\": false", StringComparison.Ordinal), FaultCode.Corruption, authority);
        AssertRefused(text.Replace("  \"service\"", "   \"service\"", StringComparison.Ordinal), FaultCode.Corruption, authority);
        AssertRefused(text, FaultCode.PermissionDenied, stranger.Authority.Certificate);
        AssertRefused(DrillSeal.Close(report with { By = N2 }, signing.Identity.Certificate), FaultCode.PermissionDenied, authority);
        AssertRefused(DrillSeal.Close(report with { EndedAt = report.EndedAt.AddYears(9) }, signing.Identity.Certificate), FaultCode.PermissionDenied, authority);
        AssertRefused("{}", FaultCode.Unparseable, authority);
        AssertRefused("[1", FaultCode.Unparseable, authority);
    }

    [TestMethod]
    public async Task What_the_new_writer_did_not_get_fails_the_drill_and_the_service_stays_where_it_is()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        using var signing = new Signing(cluster);
        var drills = Make(cluster, new DrillBook(folder["drills"]), signing, evidence: (node, history) => node == N1
            ? history with { Volumes = [.. history.Volumes.Select(volume => volume with { HeadChanged = Answer.Yes })] }
            : history);

        var report = await RunAsync(cluster, drills, new DrillOrder("db", "n2"));

        Assert.IsFalse(report.HasPassed);
        Assert.HasCount(1, report.Legs);
        StringAssert.Contains(report.Text, "has writes after its last snapshot");
        StringAssert.Contains(report.NextStep, "runs on n2");
        Assert.IsTrue(cluster[2].Part.IsRunning);
        Assert.IsTrue(DrillSeal.Open(await File.ReadAllTextAsync(report.File!), report.File!, [signing.Authority.Certificate]).IsOk, "a failure is signed for, too");
    }

    [TestMethod]
    public async Task Without_a_target_it_goes_where_a_failure_would_bring_it()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        using var signing = new Signing(cluster);
        var plan = Make(cluster, new DrillBook(folder["drills"]), signing).Plan(new DrillOrder("db", null)).Value;
        Assert.AreEqual(N2, plan.To);
        StringAssert.StartsWith(plan.IfNodeDies, "n2");
        Assert.IsTrue(cluster[1].Part.IsRunning);
    }

    [TestMethod]
    public async Task It_is_refused_unless_the_cluster_is_whole_and_armed_and_the_copy_good()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = await ServiceMoveTests.RunningAsync(folder);
        using var signing = new Signing(cluster);
        var drills = Make(cluster, new DrillBook(folder["drills"]), signing);
        AssertRefused(drills, new DrillOrder("other", null), "no such service");
        AssertRefused(drills, new DrillOrder("db", "n1"), "already");
        AssertRefused(drills, new DrillOrder("db", "n9"), "not one of its nodes");
        AssertRefused(Make(cluster, new DrillBook(folder["drills"]), signing, without: N1), new DrillOrder("db", "n2"), "the cluster store could decide nothing: of 3 members 1 would be left");
        await cluster.OrderAsync(Orders.Disarm, "");
        await cluster.PassAsync(1);
        AssertRefused(drills, new DrillOrder("db", null), "disarmed");
        await cluster.OrderAsync(Orders.Arm, "");
        await cluster[3].KillAsync();
        await cluster.PassAsync(12);
        AssertRefused(drills, new DrillOrder("db", "n2"), "n3 is not here");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true, DisplayName = "the other side misses something once it was left")]
    public async Task On_storage_that_keeps_its_copies_itself_both_sides_must_hold_everything_after_each_way(bool misses)
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path) { Mirror = new FakeMirror(N1, N2) };
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.PassAsync(15);
        cluster.Mirror.MissesOnClose = misses ? N1 : null;
        using var signing = new Signing(cluster);

        var report = await RunAsync(cluster, Make(cluster, new DrillBook(folder["drills"]), signing), new DrillOrder("db", "n2"));

        Assert.AreEqual(!misses, report.HasPassed, report.Text);
        StringAssert.Contains(report.Legs[0].Checks.Single().Text, misses ? "not in the certificate" : "n1 and n2 hold everything");
        Assert.AreEqual(misses ? 1 : 2, report.Legs.Count);
    }

    [TestMethod]
    public async Task A_copy_that_is_too_old_is_no_ground_for_a_drill()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path) { LossLimit = TimeSpan.FromSeconds(5) };
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        cluster.Write(cluster[1], 4);
        await cluster.PassAsync(20);
        using var signing = new Signing(cluster);
        AssertRefused(Make(cluster, new DrillBook(folder["drills"]), signing), new DrillOrder("db", "n2"), "more than the allowed 5 s of writes would be lost");
    }

    private static DrillDesk Make(FailoverCluster cluster, DrillBook book, Signing signing, Func<NodeId, CopyHistory, CopyHistory>? evidence = null, NodeId? without = null)
    {
        var node = cluster[2];
        return new DrillDesk(new DrillParts(
            N1, node.Desk, node.Moves(_ => { }), node.UnitsOf,
            async (id, unit, token) => (await ReplicatedBackend.From(unit.Backend, cluster[id]!.Storage)!.Streams.ReadHistoryAsync(unit, token))
                .Map(history => evidence?.Invoke(id, history) ?? history),
            new Foresight(node.Seat.Loop.Settings.Timings, CopyAge.LookEvery, _ => false, id => id == without ? "of 3 members 1 would be left" : null), () => signing.Identity, book, node.Power, cluster.Time) { Synchronous = unit => node.World.Synchronous(unit.Backend) });
    }

    private static async Task<DrillReport> RunAsync(FailoverCluster cluster, DrillDesk drills, DrillOrder order)
    {
        var running = drills.RunAsync(order, CancellationToken.None);
        var second = drills.RunAsync(order, CancellationToken.None);
        Assert.AreEqual(FaultCode.Busy, (await second).Fault!.Code);
        await cluster.UntilAsync(() => running.IsCompleted, "the drill ends", 120);
        var report = await running;
        Assert.IsTrue(report.IsOk, report.Fault?.ToString());
        return report.Value;
    }

    private static void AssertRefused(DrillDesk drills, DrillOrder order, string why)
    {
        var plan = drills.Plan(order);
        Assert.IsFalse(plan.IsOk, $"{order} was not refused");
        StringAssert.Contains(plan.Fault.ToString(), why);
        Assert.AreNotEqual("", plan.Fault.NextStep);
    }

    private static void AssertRefused(string text, FaultCode code, X509Certificate2 authority)
    {
        var verdict = DrillSeal.Open(text, "drill.json", [authority]);
        Assert.IsFalse(verdict.IsOk, "it was trusted");
        Assert.AreEqual(code, verdict.Fault.Code, verdict.Fault.ToString());
    }

    /// <summary>An authority and what it issued to n1.</summary>
    private sealed class Signing : IDisposable
    {
        public Signing(FailoverCluster cluster)
        {
            var (id, now) = (new ClusterId("7a54d787c0ffee00"), cluster.Time.GetUtcNow());
            Authority = CertificateAuthority.Create(id, now);
            var peer = new PeerUri(id, N1);
            using var key = NodeKey.Create();
            var request = NodeKey.ReadSigningRequest(NodeKey.SigningRequest(key, N1)).Value;
            using var bare = Authority.Issue(peer, request, now);
            Identity = new ClusterIdentity(peer, NodeKey.Combine(bare.RawData, key).Value, null);
        }

        public CertificateAuthority Authority { get; }

        public ClusterIdentity Identity { get; }

        public void Dispose()
        {
            Identity.Certificate.Dispose();
            Authority.Dispose();
        }
    }
}
