using System.IO.Pipelines;
using NodeAgent.Daemon.Peers.Transport;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

[TestClass]
public sealed class IdleLimitedStreamTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider time = new();
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 4, resumeWriterThreshold: 1));

    [TestMethod]
    public async Task Each_read_has_the_whole_time()
    {
        await using var stream = new IdleLimitedStream(pipe.Reader.AsStream(), Idle, time);
        var buffer = new byte[1];
        for (var round = 0; round < 5; round++)
        {
            var reading = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
            time.Advance(TimeSpan.FromSeconds(20));
            await pipe.Writer.WriteAsync(new byte[1], CancellationToken.None);
            Assert.AreEqual(1, await reading);
        }

        var last = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
        time.Advance(Idle);
        _ = await Assert.ThrowsExactlyAsync<TimeoutException>(() => last);
    }

    [TestMethod]
    public async Task Time_between_reads_does_not_count()
    {
        await using var stream = new IdleLimitedStream(pipe.Reader.AsStream(), Idle, time);
        var buffer = new byte[1];
        var first = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
        await pipe.Writer.WriteAsync(new byte[1], CancellationToken.None);
        Assert.AreEqual(1, await first);

        time.Advance(Idle * 3);
        var second = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
        await pipe.Writer.WriteAsync(new byte[1], CancellationToken.None);
        Assert.AreEqual(1, await second);
    }

    [TestMethod]
    public async Task A_read_after_one_that_timed_out_may_take_its_time_again()
    {
        await using var stream = new IdleLimitedStream(pipe.Reader.AsStream(), Idle, time);
        var buffer = new byte[1];
        var late = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
        time.Advance(Idle);
        _ = await Assert.ThrowsExactlyAsync<TimeoutException>(() => late);

        var again = stream.ReadAsync(buffer, CancellationToken.None).AsTask();
        time.Advance(Idle / 2);
        await pipe.Writer.WriteAsync(new byte[1], CancellationToken.None);
        Assert.AreEqual(1, await again);
    }

    [TestMethod]
    public async Task A_write_that_nobody_takes_times_out()
    {
        await using var stream = new IdleLimitedStream(pipe.Writer.AsStream(), Idle, time);
        var writing = stream.WriteAsync(new byte[64], CancellationToken.None).AsTask();
        time.Advance(Idle);
        _ = await Assert.ThrowsExactlyAsync<TimeoutException>(() => writing);
    }

    [TestMethod]
    public async Task The_callers_cancellation_is_told_as_such()
    {
        await using var stream = new IdleLimitedStream(pipe.Reader.AsStream(), Idle, time);
        using var caller = new CancellationTokenSource();
        var reading = stream.ReadAsync(new byte[1], caller.Token).AsTask();
        await caller.CancelAsync();
        var told = await Assert.ThrowsExactlyAsync<OperationCanceledException>(() => reading);
        Assert.AreEqual(caller.Token, told.CancellationToken);
    }
}
