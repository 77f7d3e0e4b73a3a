using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Clocks;

[TestClass]
public sealed class BootTimersTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private readonly BootTimeProvider time = new();

    [TestMethod]
    public async Task A_timer_is_never_early()
    {
        foreach (var milliseconds in new[] { 0, 1, 3, 10, 40 })
        {
            var begin = time.GetTimestamp();
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time);
            Assert.IsGreaterThanOrEqualTo(milliseconds, time.GetElapsedTime(begin).TotalMilliseconds);
        }
    }

    [TestMethod]
    public async Task The_earlier_of_two_fires_first_whichever_was_set_first()
    {
        var late = Task.Delay(TimeSpan.FromMinutes(5), time);
        var early = Task.Delay(Soon, time);
        Assert.AreSame(early, await Task.WhenAny(late, early).WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [TestMethod]
    public async Task A_thousand_that_are_due_together_all_fire()
    {
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Task.Delay(TimeSpan.FromMilliseconds(10 + (number % 7)), time))).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [TestMethod]
    public async Task One_with_a_period_fires_until_it_is_disposed_of()
    {
        var fired = 0;
        var timer = time.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(2));
        await Until.TrueAsync(() => Volatile.Read(ref fired) >= 5);
        await timer.DisposeAsync();
        var last = Volatile.Read(ref fired);
        await Task.Delay(Soon, time);
        Assert.AreEqual(last, Volatile.Read(ref fired));
    }

    [TestMethod]
    public async Task Without_a_period_it_fires_once()
    {
        var fired = 0;
        await using var timer = time.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await Until.TrueAsync(() => Volatile.Read(ref fired) > 0);
        await Task.Delay(Soon, time);
        Assert.AreEqual(1, Volatile.Read(ref fired));
    }

    [TestMethod]
    public async Task A_changed_one_fires_when_it_is_due_now_and_a_stopped_one_not_at_all()
    {
        var (moved, stopped) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var first = time.CreateTimer(_ => moved.SetResult(), null, TimeSpan.FromMinutes(5), Timeout.InfiniteTimeSpan);
        await using var second = time.CreateTimer(_ => stopped.SetResult(), null, TimeSpan.FromMilliseconds(500), Timeout.InfiniteTimeSpan);
        Assert.IsTrue(second.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        Assert.IsTrue(first.Change(Soon, Timeout.InfiniteTimeSpan));
        await moved.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await Task.Delay(TimeSpan.FromMilliseconds(600), time);
        Assert.IsFalse(stopped.Task.IsCompleted);
    }

    [TestMethod]
    public async Task Who_disposes_of_it_can_wait_for_what_it_just_does()
    {
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var timer = time.CreateTimer(
            _ =>
            {
                begun.Set();
                go.Wait();
            },
            null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        begun.Wait();
        var gone = timer.DisposeAsync().AsTask();
        Assert.IsFalse(gone.IsCompleted);
        go.Set();
        await gone.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.IsFalse(timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan), "it is gone");
    }

    [TestMethod]
    public async Task One_whose_work_takes_long_holds_up_no_other()
    {
        using var go = new ManualResetEventSlim();
        await using var slow = time.CreateTimer(_ => go.Wait(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await Task.Delay(Soon, time).WaitAsync(TimeSpan.FromSeconds(30));
        go.Set();
    }

    [TestMethod]
    public void A_span_that_is_none_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(-2), Timeout.InfiniteTimeSpan));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => time.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.FromDays(60)));
    }
}
