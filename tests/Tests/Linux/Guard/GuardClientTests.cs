using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Guard;
using NodeAgent.Tests.Guard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Guard;

/// <summary>The agent's side, against the real guard.</summary>
[TestClass]
public sealed class GuardClientTests
{
    [TestMethod]
    public async Task The_attestation_says_what_was_read_back_and_what_it_is_worth()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();

        var attested = await client.AttestAsync(TimeSpan.FromSeconds(2.5), CancellationToken.None);

        var watchdog = attested.Value.Watchdog;
        Assert.AreEqual((WatchdogKind.StandIn, "stand-in", TimeSpan.FromSeconds(3)), (watchdog.Kind, watchdog.Driver, watchdog.Timeout));
        Assert.IsFalse(watchdog.IsTrusted);
        Assert.AreEqual(Instant.Never, attested.Value.ResetBy);
    }

    [TestMethod]
    public async Task A_watchdog_that_somebody_made_slower_is_not_armed()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();
        using var other = stage.Client();
        _ = await client.AttestAsync(TimeSpan.FromSeconds(3), CancellationToken.None);
        _ = await other.AttestAsync(TimeSpan.FromSeconds(9), CancellationToken.None);

        var told = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(5)), 1, CancellationToken.None);

        Assert.AreEqual(FaultCode.PreconditionFailed, told.Fault?.Code);
        Assert.IsEmpty(stage.Device.Feeds);
    }

    [TestMethod]
    public async Task A_guard_that_was_killed_while_idle_keeps_the_timeout_that_was_asked_for()
    {
        using var stage = await GuardStage.StartAsync(kept: true);
        using var client = stage.Client();
        _ = await client.AttestAsync(TimeSpan.FromSeconds(7), CancellationToken.None);

        GuardStage.Signal(stage.Pids[0], "KILL");
        await Until.TrueAsync(() => stage.Said.Count(line => line == "ready") == 2);

        Assert.AreEqual(TimeSpan.FromSeconds(7), (await stage.StatusAsync()).Watchdog.Timeout);
    }

    [TestMethod]
    public async Task Nothing_is_attested_while_something_is_owned()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();
        Assert.IsTrue((await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(5)), 1, CancellationToken.None)).IsOk);

        var attested = await client.AttestAsync(TimeSpan.FromSeconds(2), CancellationToken.None);

        Assert.AreEqual(FaultCode.PreconditionFailed, attested.Fault?.Code);
        Assert.AreEqual(1, stage.Device.Count('T'));
    }

    [TestMethod]
    public async Task A_renewal_extends_and_tells_by_when_the_reset_would_come()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();
        var (first, second) = (stage.Now.Add(TimeSpan.FromSeconds(5)), stage.Now.Add(TimeSpan.FromSeconds(6)));

        _ = await client.FeedUntilAsync(first, 1, CancellationToken.None);
        var renewed = await client.FeedUntilAsync(second, 1, CancellationToken.None);

        Assert.AreEqual(second, renewed.Value.Deadline);
        Assert.AreEqual(second.Add(TimeSpan.FromSeconds(2)), renewed.Value.ResetBy);
        Assert.AreEqual(FaultCode.PreconditionFailed, (await client.FeedUntilAsync(first, 1, CancellationToken.None)).Fault?.Code);
    }

    [TestMethod]
    public async Task An_upgrade_takes_a_long_lease_and_the_new_agent_shortens_it_with_a_newer_epoch()
    {
        using var stage = await GuardStage.StartAsync();
        using (var old = stage.Client())
        {
            Assert.IsTrue((await old.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(60)), 1, CancellationToken.None)).IsOk);
        }

        using var next = stage.Client();
        var soon = stage.Now.Add(TimeSpan.FromSeconds(5));
        var same = await next.FeedUntilAsync(soon, 1, CancellationToken.None);
        var newer = await next.FeedUntilAsync(soon, 2, CancellationToken.None);

        Assert.AreEqual(FaultCode.PreconditionFailed, same.Fault?.Code);
        Assert.AreEqual((GuardPhase.Armed, soon), (newer.Value.Phase, newer.Value.Deadline));
        Assert.AreEqual(1, stage.Device.Count('S'));
    }

    [TestMethod]
    public async Task A_restarted_agent_stands_down_for_the_one_before()
    {
        using var stage = await GuardStage.StartAsync();
        using (var old = stage.Client())
        {
            Assert.IsTrue((await old.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(60)), 4, CancellationToken.None)).IsOk);
        }

        using var next = stage.Client();
        var stale = await next.StandDownAsync(3, CancellationToken.None);
        var done = await next.StandDownAsync(4, CancellationToken.None);
        var again = await next.StandDownAsync(4, CancellationToken.None);

        Assert.AreEqual(FaultCode.StaleEpoch, stale.Fault?.Code);
        Assert.AreEqual(GuardPhase.Disarmed, done.Value.Phase);
        Assert.IsTrue(again.IsOk);
        // What the device was told is read apart from what the guard answers.
        await Until.TrueAsync(() => stage.Device.Count('V') == 1);
    }

    [TestMethod]
    public async Task What_is_condemned_is_never_fed_again_and_everybody_is_told()
    {
        using var stage = await GuardStage.StartAsync();
        var told = new List<GuardStatus>();
        using var other = stage.Client(status => { lock (told) { told.Add(status); } });
        _ = await other.QueryAsync(CancellationToken.None);
        using var client = stage.Client();
        _ = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(20)), 1, CancellationToken.None);

        var condemned = await client.CondemnAsync("a unit would not stop\nforged line", 1, CancellationToken.None);
        var fed = stage.Device.Feeds.Count;
        var late = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(30)), 2, CancellationToken.None);
        await stage.PassedAsync(stage.Now.Add(TimeSpan.FromMilliseconds(500)));

        Assert.AreEqual(GuardPhase.Condemned, condemned.Value.Phase);
        Assert.AreEqual(FaultCode.PreconditionFailed, late.Fault?.Code);
        Assert.HasCount(fed, stage.Device.Feeds);
        await Until.TrueAsync(() => { lock (told) { return told.Exists(status => status.Phase == GuardPhase.Condemned); } });
    }

    [TestMethod]
    public async Task The_end_of_the_lease_is_told_before_the_reset()
    {
        using var stage = await GuardStage.StartAsync();
        var told = new TaskCompletionSource<GuardStatus>();
        using var client = stage.Client(status => { if (status.Phase == GuardPhase.Expired) { _ = told.TrySetResult(status); } });
        _ = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromMilliseconds(400)), 1, CancellationToken.None);

        var status = await told.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.IsGreaterThan(stage.Now, status.ResetBy);
    }

    [TestMethod]
    public async Task Without_a_guard_it_says_what_to_look_at()
    {
        using var folder = new TempFolder();
        using var client = new GuardClient(folder["none"], BootIdentity.Read().Value, TimeProvider.System, _ => { });

        var asked = await client.QueryAsync(CancellationToken.None);

        Assert.AreEqual(FaultCode.ControlPlaneUnavailable, asked.Fault?.Code);
        StringAssert.Contains(asked.Fault!.NextStep, "nodeagent-guard");
        StringAssert.EndsWith(asked.Fault.Why, ": there is no such socket");
    }

    [TestMethod]
    public async Task Without_a_watchdog_nothing_is_armed()
    {
        using var stage = await GuardStage.StartAsync(options: ["--device", "/nonexistent/watchdog"]);
        using var client = stage.Client();

        var told = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(5)), 1, CancellationToken.None);

        Assert.AreEqual(FaultCode.PreconditionFailed, told.Fault?.Code);
        Assert.AreEqual(WatchdogKind.None, (await stage.StatusAsync()).Watchdog.Kind);
    }
}
