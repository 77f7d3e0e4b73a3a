using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class RateLimitTests
{
    private readonly ManualTimeProvider time = new();

    [TestMethod]
    public async Task Without_a_limit_nothing_waits()
    {
        var limit = new RateLimit(time);
        await limit.TakeAsync(int.MaxValue, default);
        Assert.IsNull(limit.BytesPerSecond);
        Assert.AreEqual(0, time.ActiveTimers);
    }

    [TestMethod]
    public async Task A_stream_takes_as_long_as_its_limit_says()
    {
        var limit = new RateLimit(time) { BytesPerSecond = 100_000 };
        using var target = new MemoryStream();
        await using var stream = new RateLimitedStream(target, limit);
        var begin = time.GetTimestamp();
        var writing = stream.WriteAsync(new byte[1_000_000]).AsTask();
        await DriveAsync(writing);
        var seconds = time.GetElapsedTime(begin).TotalSeconds;
        Assert.IsTrue(seconds is > 9 and < 11, $"{seconds} s");
        Assert.AreEqual(1_000_000, target.Length);
    }

    [TestMethod]
    public async Task Reading_is_limited_too()
    {
        var limit = new RateLimit(time) { BytesPerSecond = 1_000_000 };
        await using var stream = new RateLimitedStream(new MemoryStream(new byte[3_000_000]), limit);
        var begin = time.GetTimestamp();
        var copying = stream.CopyToAsync(Stream.Null);
        await DriveAsync(copying);
        var seconds = time.GetElapsedTime(begin).TotalSeconds;
        Assert.IsTrue(seconds is > 2.5 and < 3.5, $"{seconds} s");
    }

    [TestMethod]
    public async Task A_raised_limit_frees_who_waits_at_once()
    {
        var limit = new RateLimit(time) { BytesPerSecond = 1 };
        var first = limit.TakeAsync(1, default).AsTask();
        await DriveAsync(first);
        var waiting = limit.TakeAsync(1000, default).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        limit.BytesPerSecond = null;
        await waiting.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [TestMethod]
    public async Task Waiting_for_the_limit_can_be_cancelled()
    {
        var limit = new RateLimit(time) { BytesPerSecond = 1 };
        using var stop = new CancellationTokenSource();
        var waiting = limit.TakeAsync(1000, stop.Token).AsTask();
        Assert.IsFalse(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
    }

    [TestMethod]
    public void A_limit_of_nothing_is_a_bug() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RateLimit(time) { BytesPerSecond = 0 });

    [TestMethod]
    public async Task Bytes_are_counted_in_both_directions()
    {
        var count = new ByteCount();
        using var inner = new MemoryStream();
        await using var stream = new CountedStream(inner, count);
        await stream.WriteAsync(new byte[700]);
        inner.Position = 0;
        Assert.AreEqual(300, await stream.ReadAsync(new byte[300]));
        Assert.AreEqual(1000, count.Value);
    }

    [TestMethod]
    public async Task A_read_that_never_ends_times_out()
    {
        var pipe = new System.IO.Pipelines.Pipe();
        await using var stream = new IdleLimitedStream(pipe.Reader.AsStream(), TimeSpan.FromSeconds(30), time);
        var reading = stream.ReadAsync(new byte[10]).AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.IsFalse(reading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        var late = await Assert.ThrowsExactlyAsync<TimeoutException>(() => reading);
        Assert.Contains("30 s", late.Message);
    }

    private async Task DriveAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            await Task.WhenAny(task, time.TimersArmedAsync(1));
            time.AdvanceToNextTimer();
        }

        await task;
    }
}
