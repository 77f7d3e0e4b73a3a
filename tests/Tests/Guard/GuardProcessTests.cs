using NodeAgent.Contract;
using NodeAgent.Linux.Guard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Guard;

/// <summary>The real guard: what it does to its device when its agent is killed, frozen, mad or a stranger.</summary>
[TestClass]
public sealed class GuardProcessTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [TestMethod]
    public async Task An_agent_that_is_killed_leaves_its_deadline_and_nothing_more()
    {
        using var stage = await GuardStage.StartAsync();
        var agent = stage.Agent(700, 100);
        await Until.TrueAsync(() => stage.Device.Feeds.Count > 8);

        GuardStage.Signal(agent.Id, "KILL");
        var deadline = (await stage.StatusAsync()).Deadline;
        await stage.PassedAsync(deadline.Add(Second));

        stage.FedUntil(deadline);
        Assert.AreEqual(GuardPhase.Expired, (await stage.StatusAsync()).Phase);
        Assert.AreEqual(1, stage.Device.Count('S'));
    }

    [TestMethod]
    public async Task An_agent_that_is_frozen_too_and_its_next_lease_resumes()
    {
        using var stage = await GuardStage.StartAsync();
        var agent = stage.Agent(700, 100);
        await Until.TrueAsync(() => stage.Device.Feeds.Count > 8);

        GuardStage.Signal(agent.Id, "STOP");
        var deadline = (await stage.StatusAsync()).Deadline;
        await stage.PassedAsync(deadline.Add(Second));
        stage.FedUntil(deadline);

        var before = stage.Device.Feeds.Count;
        GuardStage.Signal(agent.Id, "CONT");
        await Until.TrueAsync(() => stage.Device.Feeds.Count > before + 3);
        Assert.AreEqual(GuardPhase.Armed, (await stage.StatusAsync()).Phase);
    }

    [TestMethod]
    public async Task A_flood_of_messages_delays_no_feed_and_allocates_nothing()
    {
        using var stage = await GuardStage.StartAsync();
        _ = stage.Agent(900, 100, "flood");
        _ = stage.Agent(900, 100, "flood");
        await Until.TrueAsync(() => stage.Device.Feeds.Count > 24);

        var feeds = stage.Device.Feeds;
        var longest = feeds.Skip(2).Zip(feeds.Skip(1), (later, earlier) => later - earlier).Max();
        var status = await stage.StatusAsync();
        Assert.IsLessThan(125_000_000L + 100_000_000, longest, "a feed was held up");
        Assert.AreEqual(0, status.Allocated);
        Assert.AreEqual(0, status.FailedFeeds);
    }

    [TestMethod]
    public async Task A_deadline_too_far_ahead_is_not_believed()
    {
        using var stage = await GuardStage.StartAsync(options: ["--longest-lease", "10"]);
        using var client = stage.Client();

        var told = await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(11)), 1, CancellationToken.None);

        Assert.AreEqual(FaultCode.OutOfRange, told.Fault?.Code);
        StringAssert.Contains(told.Fault!.Why, "10 s");
        Assert.IsEmpty(stage.Device.Feeds);
    }

    [TestMethod]
    public async Task Another_user_is_not_listened_to_even_if_he_gets_in()
    {
        using var stage = await GuardStage.StartAsync();
        var outside = stage.Agent(700, 100, "65534");
        await outside.WaitForExitAsync();
        Assert.AreNotEqual(0, outside.ExitCode);

        File.SetUnixFileMode(stage.Socket, (UnixFileMode)0b110_110_110);
        File.SetUnixFileMode(Path.GetDirectoryName(stage.Socket)!, (UnixFileMode)0b111_101_101);
        _ = stage.Agent(700, 100, "65534");
        // Arm, stranger, disarmed, no deadline.
        await Until.TrueAsync(() => stage.Said.Contains("2 2 0 0"));
        Assert.IsEmpty(stage.Device.Feeds);
        Assert.AreEqual(GuardPhase.Disarmed, (await stage.StatusAsync()).Phase);
    }

    [TestMethod]
    public async Task A_guard_that_was_killed_goes_on_with_device_and_deadline()
    {
        using var stage = await GuardStage.StartAsync(kept: true);
        using var client = stage.Client();
        var deadline = stage.Now.Add(TimeSpan.FromSeconds(3));
        Assert.IsTrue((await client.FeedUntilAsync(deadline, 7, CancellationToken.None)).IsOk);
        await Until.TrueAsync(() => stage.Device.Feeds.Count > 3);

        GuardStage.Signal(stage.Pids[0], "KILL");
        await Until.TrueAsync(() => stage.Pids.Count == 2 && stage.Said.Count(line => line == "ready") == 2);
        var status = await stage.StatusAsync();
        await stage.PassedAsync(deadline.Add(Second));

        Assert.AreEqual((GuardPhase.Armed, deadline, 7L), (status.Phase, status.Deadline, status.Epoch));
        stage.FedUntil(deadline);
        Assert.AreEqual(1, stage.Device.Count('T'), "setting the timeout anew could have fed it");
        Assert.AreEqual(0, stage.Device.Count('V'));
    }

    [TestMethod]
    public async Task A_guard_that_was_killed_after_the_deadline_stays_silent()
    {
        using var stage = await GuardStage.StartAsync(kept: true);
        using var client = stage.Client();
        var deadline = stage.Now.Add(TimeSpan.FromMilliseconds(500));
        Assert.IsTrue((await client.FeedUntilAsync(deadline, 7, CancellationToken.None)).IsOk);
        await stage.PassedAsync(deadline.Add(TimeSpan.FromMilliseconds(300)));

        GuardStage.Signal(stage.Pids[0], "KILL");
        await Until.TrueAsync(() => stage.Said.Count(line => line == "ready") == 2);
        await stage.PassedAsync(stage.Now.Add(Second));

        Assert.AreEqual(GuardPhase.Expired, (await stage.StatusAsync()).Phase);
        stage.FedUntil(deadline);
    }

    [TestMethod]
    public async Task Reload_starts_the_program_anew_in_the_same_process()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();
        var deadline = stage.Now.Add(TimeSpan.FromSeconds(3));
        Assert.IsTrue((await client.FeedUntilAsync(deadline, 7, CancellationToken.None)).IsOk);

        GuardStage.Signal(stage.Guard.Id, "HUP");
        await Until.TrueAsync(() => stage.Said.Count(line => line.Contains("watchdog 'stand-in'", StringComparison.Ordinal)) == 2);
        var status = await stage.StatusAsync();
        await stage.PassedAsync(deadline.Add(Second));

        Assert.IsFalse(stage.Guard.HasExited);
        Assert.AreEqual((GuardPhase.Armed, deadline), (status.Phase, status.Deadline));
        stage.FedUntil(deadline);
    }

    [TestMethod]
    public async Task It_does_not_stop_before_the_agent_disarmed()
    {
        using var stage = await GuardStage.StartAsync();
        using var client = stage.Client();
        Assert.IsTrue((await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(20)), 1, CancellationToken.None)).IsOk);

        GuardStage.Signal(stage.Guard.Id, "TERM");
        var before = stage.Device.Feeds.Count;
        await Until.TrueAsync(() => stage.Device.Feeds.Count > before + 3);
        Assert.IsFalse(stage.Guard.HasExited);

        _ = await client.StandDownAsync(1, CancellationToken.None);
        await stage.Guard.WaitForExitAsync();
        Assert.AreEqual(0, stage.Guard.ExitCode);

        // The device is this test's: what it was told last may be read after the process has ended.
        await Until.TrueAsync(() => stage.Device.Records[^1].What == 'V');
        Assert.IsFalse(File.Exists(stage.Socket));
    }
}
