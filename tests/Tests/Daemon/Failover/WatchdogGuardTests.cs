using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Linux.Clocks;
using NodeAgent.Linux.Guard;
using NodeAgent.Tests.Guard;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>Against the real guard process with a pipe for a device.</summary>
[TestClass]
public sealed class WatchdogGuardTests
{
    private readonly List<Func<NodeInput>> told = [];

    private NodeInput.GuardTold? Last
    {
        get
        {
            lock (told)
            {
                return told.Count == 0 ? null : (NodeInput.GuardTold)told[^1]();
            }
        }
    }

    [TestMethod]
    public async Task A_deadline_is_counted_and_standing_down_ends_that()
    {
        using var stage = await GuardStage.StartAsync();
        using var guard = Guard(stage.Socket, TimeSpan.FromSeconds(2), trustsSoft: true);
        await WatchedAsync(guard, async () =>
        {
            await Until.TrueAsync(() => Last is { IsAttested: true, IsArmed: false });
            guard.FeedUntil(stage.Now.Add(TimeSpan.FromSeconds(60)), 7);
            await Until.TrueAsync(() => Last is { IsAttested: true, IsArmed: true });
            Assert.AreEqual(7, (await stage.StatusAsync()).Epoch);
            var count = (await guard.CountAsync(CancellationToken.None)).Value!;
            Assert.AreEqual(7, count.Session);
            Assert.IsGreaterThan(stage.Now, count.Deadline);

            guard.StandDown(7);
            await Until.TrueAsync(() => Last is { IsArmed: false });
            await Until.TrueAsync(() => guard.Report.Status!.Phase == GuardPhase.Disarmed);
            Assert.AreEqual(GuardPhase.Disarmed, (await stage.StatusAsync()).Phase);
            Assert.IsNull((await guard.CountAsync(CancellationToken.None)).Value);
        });
    }

    [TestMethod]
    public async Task What_was_told_before_an_order_to_stand_down_does_not_count_after_it()
    {
        using var stage = await GuardStage.StartAsync();
        using var guard = Guard(stage.Socket, TimeSpan.FromSeconds(2), trustsSoft: true);
        await WatchedAsync(guard, async () =>
        {
            guard.FeedUntil(stage.Now.Add(TimeSpan.FromSeconds(60)), 7);
            await Until.TrueAsync(() => Last is { IsArmed: true });
            Func<NodeInput> early;
            lock (told)
            {
                early = told[^1];
            }

            guard.StandDown(7);
            Assert.IsFalse(((NodeInput.GuardTold)early()).IsArmed);
            guard.FeedUntil(stage.Now.Add(TimeSpan.FromSeconds(60)), 8);
            Assert.IsFalse(((NodeInput.GuardTold)early()).IsArmed);
            await Until.TrueAsync(() => Last is { IsArmed: true });
        });
    }

    [TestMethod]
    public async Task A_guard_that_is_not_there_is_asked_often_at_first_and_then_with_each_new_deadline()
    {
        var time = new ManualTimeProvider();
        using var guard = new WatchdogGuard("/nonexistent/guard", Guid.NewGuid(), TimeSpan.FromSeconds(2), false, time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var asked = 0;
        guard.FeedUntil(new Instant(1), 1);
        var watching = guard.WatchAsync(_ => Interlocked.Increment(ref asked), stop.Token);
        for (var quick = 1; quick <= 20; quick++)
        {
            await Until.TrueAsync(() => Volatile.Read(ref asked) == quick && time.ActiveTimers > 0);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        // The word of the first deadline still lay there.
        await Until.TrueAsync(() => Volatile.Read(ref asked) == 22 && time.UntilNextTimer == TimeSpan.FromSeconds(2));
        guard.FeedUntil(new Instant(2), 1);
        await Until.TrueAsync(() => Volatile.Read(ref asked) == 23);
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [TestMethod]
    public async Task The_timeout_that_all_count_with_is_asked_for_and_a_slower_device_proves_nothing()
    {
        using var stage = await GuardStage.StartAsync(options: ["--longest-lease", "100"]);
        using var guard = Guard(stage.Socket, TimeSpan.FromSeconds(5), trustsSoft: true);
        await WatchedAsync(guard, () => Until.TrueAsync(() => Last is { IsAttested: true } && guard.Report.Status!.Watchdog.Timeout == TimeSpan.FromSeconds(5)));

        // Another agent has armed it: its timeout stays as it is, and is longer than what this one counts with.
        using var other = stage.Client();
        Assert.IsTrue((await other.FeedUntilAsync(stage.Now.Add(TimeSpan.FromSeconds(60)), 1, CancellationToken.None)).IsOk);
        using var late = Guard(stage.Socket, TimeSpan.FromSeconds(3), trustsSoft: true);
        await WatchedAsync(late, async () =>
        {
            await Until.TrueAsync(() => late.Report.Status is not null && Last is { IsAttested: false });
            StringAssert.Contains(late.Report.Objection!.Why, "5 s after its last feed");
        });
    }

    [TestMethod]
    public async Task A_stand_in_a_silent_guard_and_no_guard_prove_nothing_and_say_why()
    {
        using var stage = await GuardStage.StartAsync();
        using var strict = Guard(stage.Socket, TimeSpan.FromSeconds(2), trustsSoft: false);
        await WatchedAsync(strict, () => Until.TrueAsync(() => strict.Report is { Status: not null, Objection.Why: "it is a stand-in for tests and resets nothing" } && Last is { IsAttested: false }));

        GuardStage.Signal(stage.Guard.Id, "KILL");
        using var none = Guard(stage.Socket, TimeSpan.FromSeconds(2), trustsSoft: true);
        await WatchedAsync(none, () => Until.TrueAsync(() => none.Report.Objection is { Code: FaultCode.ControlPlaneUnavailable }));
        Assert.AreEqual(new NodeInput.GuardTold(false, false), Last);
        Assert.IsFalse((await none.CountAsync(CancellationToken.None)).IsOk, "silence is not 'it counts nothing'");
    }

    private static WatchdogGuard Guard(string socket, TimeSpan counted, bool trustsSoft) =>
        new(socket, BootIdentity.Read().Value, counted, trustsSoft, TimeProvider.System, NullLogger.Instance);

    private async Task WatchedAsync(WatchdogGuard guard, Func<Task> act)
    {
        using var ending = new CancellationTokenSource();
        var watching = guard.WatchAsync(
            input =>
            {
                lock (told)
                {
                    told.Add(input);
                }
            },
            ending.Token);
        await act();
        await ending.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => watching);
    }
}
