using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Metrics;
using NodeAgent.Tests.Daemon.Cli;

namespace NodeAgent.Tests.Daemon.Hosting;

/// <summary>What a drill needs of real agents: evidence from a peer, a key to sign with, the authority to check with.</summary>
[TestClass]
public sealed class DrillEvidenceTests
{
    [TestMethod]
    [Timeout(180_000)]
    public async Task A_peer_tells_the_identities_of_its_copy_and_a_signed_report_is_verified_on_any_node()
    {
        var port = RunningAgent.FreePort();
        await using var one = await RunningAgent.StartAsync("n1", "127.0.0.1", port);
        await using var two = await RunningAgent.StartAsync("n2", "127.0.0.2", port);
        await AgentMetricsTests.JoinAsync(one, two);
        await one.CreateAsync("db", ["n2"], 5);
        await one.ScrapeUntilAsync(text =>
            RunningAgent.ValueOf(text, MetricNames.CopyState, ("unit", "files:db"), ("node", "n2"), ("state", "in_sync")) == 1);

        var evidence = new UnitEvidence(one.Agent.World, one.Agent.Seat);
        var unit = new UnitId(new BackendId("files"), "db");
        var here = (await evidence.ReadAsync(new NodeId("n1"), unit, CancellationToken.None)).Value;
        var there = (await evidence.ReadAsync(new NodeId("n2"), unit, CancellationToken.None)).Value;
        Assert.AreEqual((Role.Writer, Role.Reader), (here.Role, there.Role));
        var last = there.Volumes.Single().Points.Last(point => !point.IsBookmark);
        Assert.IsTrue(here.Volumes.Single().Points.Any(point => point.Guid == last.Guid), "the copy's identity is not the writer's");
        Assert.IsFalse((await evidence.ReadAsync(new NodeId("n9"), unit, CancellationToken.None)).IsOk);

        var identity = one.Agent.Seat.Node!.Identity.Current;
        var now = DateTimeOffset.UtcNow;
        var report = new DrillReport(
            DrillReport.Version, identity.Cluster.Value, "shop", new NodeId("n1"), now.AddSeconds(-5), now, HasPassed: true, "there and back", "",
            new NodeId("n1"), new NodeId("n2"), nameof(ServicePhase.Running), [new DrillLeg(new NodeId("n1"), new NodeId("n2"), new Epoch(2), 1.5, 3, [], [])]);
        var kept = one.Agent.Drills.Keep(report, DrillSeal.Close(report, identity.Certificate)).Value;
        var verified = await new CliTerminal().RunAsync(["drill", "verify", kept.File!, "--socket", two.Socket]);
        Assert.AreEqual(ExitCode.Ok, verified.Code, verified.Error);
        StringAssert.Contains(verified.Output, $"signed by {identity.Self}");

        var body = await one.ScrapeUntilAsync(text => RunningAgent.ValueOf(text, MetricNames.DrillPassed, ("service_name", "shop")) == 1);
        Assert.AreEqual(1.5, RunningAgent.ValueOf(body, MetricNames.DrillAway, ("service_name", "shop"), ("way", "there")));

        await File.WriteAllTextAsync(kept.File!, (await File.ReadAllTextAsync(kept.File!)).Replace("there and back", "there, and back", StringComparison.Ordinal));
        Assert.AreNotEqual(ExitCode.Ok, (await new CliTerminal().RunAsync(["drill", "verify", kept.File!, "--socket", two.Socket])).Code);
    }
}
