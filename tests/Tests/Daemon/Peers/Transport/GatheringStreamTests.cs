using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Tests.Daemon.Peers.Transport;

/// <summary>A stream that reads on while more is there at once.</summary>
[TestClass]
public sealed class GatheringStreamTests : IDisposable
{
    private const int Record = 16 * 1024;
    private readonly Records inner = new();

    public void Dispose() => inner.Dispose();

    [TestMethod]
    public async Task Records_that_are_there_come_with_one_read()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record, Record, Record, 100);
        var buffer = new byte[4 * Record];
        Assert.AreEqual((3 * Record) + 100, await stream.ReadAsync(buffer, default));
        AssertCounts(buffer, (3 * Record) + 100);
    }

    [TestMethod]
    public async Task Nobody_waits_for_what_is_not_there_yet_and_it_comes_in_order()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record);
        var first = new byte[4 * Record];
        Assert.AreEqual(Record, await stream.ReadAsync(first, default));
        var second = stream.ReadAsync(first.AsMemory(Record), default);
        Assert.IsFalse(second.IsCompleted);
        inner.Add(Record, 7);
        Assert.AreEqual(Record + 7, await second);
        AssertCounts(first, (2 * Record) + 7);
    }

    [TestMethod]
    public async Task A_small_request_is_passed_on_without_asking_for_more()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(300);
        Assert.AreEqual(300, await stream.ReadAsync(new byte[4 * Record], default));
        Assert.AreEqual(1, inner.Asked);
    }

    [TestMethod]
    public async Task A_buffer_smaller_than_a_record_gets_the_rest_with_its_next_reads()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record, Record);
        inner.End();
        var all = new byte[2 * Record];
        var read = 0;
        while (await stream.ReadAsync(all.AsMemory(read, Math.Min(10_000, all.Length - read)), default) is > 0 and var more)
        {
            read += more;
        }

        Assert.AreEqual(all.Length, read);
        AssertCounts(all, read);
    }

    [TestMethod]
    public async Task The_end_is_told_once_all_was_read_and_again()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record);
        inner.End();
        var buffer = new byte[4 * Record];
        Assert.AreEqual(Record, await stream.ReadAsync(buffer, default));
        Assert.AreEqual(0, await stream.ReadAsync(buffer, default));
        Assert.AreEqual(0, await stream.ReadAsync(buffer, default));
    }

    [TestMethod]
    public async Task A_reader_that_stops_waiting_loses_nothing_for_the_next()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record);
        var buffer = new byte[4 * Record];
        Assert.AreEqual(Record, await stream.ReadAsync(buffer, default));
        using var stop = new CancellationTokenSource();
        var waiting = stream.ReadAsync(buffer.AsMemory(Record), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        inner.Add(Record);
        Assert.AreEqual(Record, await stream.ReadAsync(buffer.AsMemory(Record), default));
        AssertCounts(buffer, 2 * Record);
    }

    [TestMethod]
    public async Task A_read_that_failed_ahead_is_told_to_the_next_reader()
    {
        await using var stream = new GatheringStream(inner);
        inner.Add(Record);
        var buffer = new byte[4 * Record];
        Assert.AreEqual(Record, await stream.ReadAsync(buffer, default));
        inner.Fail(new IOException("cut"));
        var failed = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(buffer, default).AsTask());
        Assert.AreEqual("cut", failed.Message);
    }

    [TestMethod]
    public async Task Waiting_without_a_buffer_takes_nothing()
    {
        await using var stream = new GatheringStream(inner);
        var waiting = stream.ReadAsync(Memory<byte>.Empty, default);
        Assert.IsFalse(waiting.IsCompleted);
        inner.Add(20);
        Assert.AreEqual(0, await waiting);
        var buffer = new byte[100];
        Assert.AreEqual(20, await stream.ReadAsync(buffer, default));
        AssertCounts(buffer, 20);
    }

    private static void AssertCounts(byte[] buffer, int length)
    {
        for (var at = 0; at < length; at++)
        {
            Assert.AreEqual((byte)(at % 251), buffer[at], $"byte {at}");
        }
    }

    /// <summary>Hands out one record with each read, as TLS does; bytes count from 0 to 250 and again.</summary>
    private sealed class Records : MemoryStream
    {
        private readonly Queue<int> there = new();
        private TaskCompletionSource wake = new();
        private Exception? failure;
        private bool isOver;
        private int next;

        public int Asked { get; private set; }

        public void Add(params int[] lengths)
        {
            Array.ForEach(lengths, there.Enqueue);
            Wake();
        }

        public void End()
        {
            isOver = true;
            Wake();
        }

        public void Fail(Exception why)
        {
            failure = why;
            Wake();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked++;
            while (there.Count == 0)
            {
                if (failure is not null)
                {
                    throw failure;
                }

                if (isOver)
                {
                    return 0;
                }

                await wake.Task.WaitAsync(cancellationToken);
            }

            if (buffer.IsEmpty)
            {
                return 0;
            }

            var length = there.Dequeue();
            var given = Math.Min(length, buffer.Length);
            for (var at = 0; at < given; at++)
            {
                buffer.Span[at] = (byte)(next++ % 251);
            }

            if (given < length)
            {
                PutBack(length - given);
            }

            return given;
        }

        private void PutBack(int rest)
        {
            var later = there.ToArray();
            there.Clear();
            there.Enqueue(rest);
            Array.ForEach(later, there.Enqueue);
        }

        private void Wake()
        {
            var waking = wake;
            wake = new TaskCompletionSource();
            waking.SetResult();
        }
    }
}
