using NodeAgent.Linux.Guard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Guard;

/// <summary>
/// The real guard with a pipe in the place of the kernel's reset: it is to be told what a device would have done that did not
/// stand still. The device: 2 s and half a second that it may be late.
/// </summary>
[TestClass]
public sealed class LastResortTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2.5);

    [TestMethod]
    public async Task A_guard_that_stood_still_past_the_reset_resets_when_it_goes_on()
    {
        using var stage = await GuardStage.StartAsync(hasLastResort: true);
        var agent = stage.Agent(700, 100);
        await Until.TrueAsync(() => stage.Device.Feeds.Count > 8);

        // As a machine that is stopped: the agent and the guard go on together, and the agent renews at once.
        GuardStage.Signal(agent.Id, "STOP");
        GuardStage.Signal(stage.Guard.Id, "STOP");
        await stage.PassedAsync(stage.Now.Add(TimeSpan.FromMilliseconds(700) + Bound));
        var feeds = stage.Device.Feeds.Count;
        Assert.AreEqual(0, stage.Resets);
        GuardStage.Signal(agent.Id, "CONT");
        GuardStage.Signal(stage.Guard.Id, "CONT");

        await Until.TrueAsync(() => stage.Resets > 0);
        await Until.TrueAsync(() => stage.Device.Feeds.Count > feeds + 3);
        Assert.AreEqual(1, stage.Resets, "once is enough, and a stand-in goes on");
    }

    [TestMethod]
    public async Task A_device_that_does_not_fire_is_not_waited_for()
    {
        using var stage = await GuardStage.StartAsync(hasLastResort: true);
        using var client = stage.Client();
        var deadline = stage.Now.Add(TimeSpan.FromSeconds(1));
        Assert.IsTrue((await client.FeedUntilAsync(deadline, 7, CancellationToken.None)).IsOk);

        await Until.TrueAsync(() => stage.Resets > 0);

        Assert.IsGreaterThan(stage.Device.Feeds[^1] + 2_500_000_000, stage.Now.Nanoseconds, "the device had its time");
        Assert.AreEqual(GuardPhase.Expired, (await stage.StatusAsync()).Phase);
        Assert.AreEqual(0, (await stage.StatusAsync()).Allocated);
        Assert.AreEqual(1, stage.Resets);
    }

    [TestMethod]
    public async Task A_guard_that_stood_still_while_the_lease_lasts_or_nothing_is_owned_resets_nothing()
    {
        using var stage = await GuardStage.StartAsync(hasLastResort: true);
        using var client = stage.Client();
        Assert.IsTrue((await client.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(20)), 7, CancellationToken.None)).IsOk);
        await StandStillAsync(stage);
        Assert.AreEqual(GuardPhase.Armed, (await stage.StatusAsync()).Phase);

        _ = await client.StandDownAsync(7, CancellationToken.None);
        await StandStillAsync(stage);

        Assert.AreEqual(GuardPhase.Disarmed, (await stage.StatusAsync()).Phase);
        Assert.AreEqual(0, stage.Resets);
    }

    [TestMethod]
    public async Task A_guard_that_is_started_anew_after_the_deadline_gives_the_device_its_time()
    {
        using var stage = await GuardStage.StartAsync(kept: true, hasLastResort: true);
        using var client = stage.Client();
        var deadline = stage.Now.Add(TimeSpan.FromMilliseconds(500));
        Assert.IsTrue((await client.FeedUntilAsync(deadline, 7, CancellationToken.None)).IsOk);
        await stage.PassedAsync(deadline.Add(TimeSpan.FromMilliseconds(300)));

        GuardStage.Signal(stage.Pids[0], "KILL");
        await Until.TrueAsync(() => stage.Said.Count(line => line == "ready") == 2);

        Assert.AreEqual(0, stage.Resets);
        await Until.TrueAsync(() => stage.Resets > 0);
        Assert.IsGreaterThan(deadline.Add(Bound).Nanoseconds, stage.Now.Nanoseconds);
    }

    private static async Task StandStillAsync(GuardStage stage)
    {
        GuardStage.Signal(stage.Guard.Id, "STOP");
        await stage.PassedAsync(stage.Now.Add(Bound));
        GuardStage.Signal(stage.Guard.Id, "CONT");
        _ = await stage.StatusAsync();
    }
}
