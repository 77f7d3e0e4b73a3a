using System.Collections.Concurrent;

namespace NodeAgent.Tests.Support;

[TestClass]
public sealed class ManualTimeProviderTests
{
    [TestMethod]
    public void Time_stands_still_until_advanced()
    {
        var clock = new ManualTimeProvider();
        var before = clock.GetTimestamp();
        Assert.AreEqual(before, clock.GetTimestamp());
        clock.Advance(TimeSpan.FromMilliseconds(1234.5));
        Assert.AreEqual(TimeSpan.FromMilliseconds(1234.5), clock.GetElapsedTime(before));
    }

    [TestMethod]
    public void Its_units_are_neither_ticks_nor_nanoseconds()
    {
        var clock = new ManualTimeProvider();
        Assert.AreNotEqual(TimeSpan.TicksPerSecond, clock.TimestampFrequency);
        Assert.AreNotEqual(1_000_000_000, clock.TimestampFrequency);
        Assert.AreNotEqual(0, clock.GetTimestamp());
    }

    [TestMethod]
    public void Timers_fire_in_order_each_at_its_own_instant()
    {
        var clock = new ManualTimeProvider();
        var start = clock.GetTimestamp();
        var seen = new List<(string Name, TimeSpan At)>();
        void Arm(string name, int seconds, int period = -1) => _ = clock.CreateTimer(
            _ => seen.Add((name, clock.GetElapsedTime(start))),
            null,
            TimeSpan.FromSeconds(seconds),
            period < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
        Arm("late", 5);
        Arm("every two", 2, 2);
        Arm("early", 1);
        Arm("same as late", 5);
        clock.Advance(TimeSpan.FromSeconds(5));
        var expected = new[]
        {
            ("early", 1), ("every two", 2), ("every two", 4), ("late", 5), ("same as late", 5),
        };
        CollectionAssert.AreEqual(expected.Select(e => (e.Item1, TimeSpan.FromSeconds(e.Item2))).ToList(), seen);
        Assert.AreEqual(1, clock.ActiveTimers);
    }

    [TestMethod]
    public void A_timer_armed_by_a_timer_fires_in_the_same_advance()
    {
        var clock = new ManualTimeProvider();
        var fired = 0;
        using var outer = clock.CreateTimer(
            _ => clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan),
            null,
            TimeSpan.FromSeconds(1),
            Timeout.InfiniteTimeSpan);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.AreEqual(1, fired);
    }

    [TestMethod]
    public void A_disposed_timer_never_fires()
    {
        var clock = new ManualTimeProvider();
        var fired = false;
        var timer = clock.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        timer.Dispose();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.IsFalse(fired);
        Assert.IsFalse(timer.Change(TimeSpan.Zero, TimeSpan.Zero));
    }

    [TestMethod]
    public async Task Delays_and_deadlines_of_the_library_obey_it()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromMinutes(1), clock);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2), clock);
        await clock.TimersArmedAsync(2);
        Assert.IsTrue(clock.AdvanceToNextTimer());
        await delay;
        Assert.IsFalse(deadline.IsCancellationRequested);
        Assert.IsTrue(clock.AdvanceToNextTimer());
        Assert.IsTrue(deadline.IsCancellationRequested);
        Assert.IsFalse(clock.AdvanceToNextTimer());
    }

    [TestMethod]
    public void A_jump_of_the_wall_clock_moves_no_timer()
    {
        var clock = new ManualTimeProvider();
        var fired = false;
        using var timer = clock.CreateTimer(_ => fired = true, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var wall = clock.GetUtcNow();
        var stamp = clock.GetTimestamp();
        clock.JumpWallClock(TimeSpan.FromHours(-3));
        Assert.AreEqual(wall.AddHours(-3), clock.GetUtcNow());
        Assert.AreEqual(stamp, clock.GetTimestamp());
        Assert.IsFalse(fired);
    }

    [TestMethod]
    public void Many_threads_may_arm_and_advance()
    {
        var clock = new ManualTimeProvider();
        var fired = new ConcurrentBag<int>();
        Parallel.For(0, 1000, i =>
        {
            _ = clock.CreateTimer(_ => fired.Add(i), null, TimeSpan.FromTicks(1 + i), Timeout.InfiniteTimeSpan);
            clock.Advance(TimeSpan.FromTicks(3));
        });
        clock.Advance(TimeSpan.FromTicks(2000));
        Assert.AreEqual(1000, fired.Distinct().Count());
        Assert.HasCount(1000, fired);
    }
}
