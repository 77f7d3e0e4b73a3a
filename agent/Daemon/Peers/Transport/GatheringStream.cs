namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Reads on while more is there at once. TLS hands out a record of 16 KiB with every read, and the web server passes every read on
/// to another thread and back; a data stream's reads are worth that only when they are large.
/// </summary>
/// <remarks>One read at a time. A read of the inner stream that did not come at once goes on, for the next caller.</remarks>
internal sealed class GatheringStream(Stream inner) : PassThroughStream(inner)
{
    // Whatever is shorter than a record ends with it: a small request is passed on without asking for more.
    private const int Record = 16 * 1024;

    private readonly byte[] ahead = new byte[Record];
    private Task<int>? coming;
    private ReadOnlyMemory<byte> left;
    private bool isOver;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isOver)
        {
            return 0;
        }

        if (buffer.IsEmpty)
        {
            return await WaitAsync(cancellationToken);
        }

        var read = await FirstAsync(buffer, cancellationToken);
        var last = read;
        while (last >= Record / 2 && read < buffer.Length && !isOver)
        {
            last = await NextAsync(buffer[read..], cancellationToken);
            read += last;
        }

        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Inner.WriteAsync(buffer, cancellationToken);

    // Asks for nothing, and is answered when there is something: nobody holds a buffer for a connection at rest.
    private async ValueTask<int> WaitAsync(CancellationToken cancellation)
    {
        if (coming is not null)
        {
            _ = await coming.WaitAsync(cancellation);
        }
        else if (left.IsEmpty)
        {
            _ = await Inner.ReadAsync(Memory<byte>.Empty, cancellation);
        }

        return 0;
    }

    private async ValueTask<int> FirstAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (coming is not null)
        {
            Take(await coming.WaitAsync(cancellation));
        }

        return left.IsEmpty && !isOver ? await Inner.ReadAsync(buffer, cancellation) : Give(buffer);
    }

    private async ValueTask<int> NextAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        if (left.IsEmpty)
        {
            // The caller's wish to stop ends its own waiting; what is read meanwhile belongs to whoever reads next.
            var reading = Inner.ReadAsync(ahead, CancellationToken.None);
            if (!reading.IsCompletedSuccessfully || cancellation.IsCancellationRequested)
            {
                coming = reading.AsTask();
                Observe(coming);
                return 0;
            }

            Take(await reading);
        }

        return Give(buffer);
    }

    private void Take(int read)
    {
        coming = null;
        left = ahead.AsMemory(0, read);
        isOver = read == 0;
    }

    private int Give(Memory<byte> buffer)
    {
        var given = Math.Min(left.Length, buffer.Length);
        left[..given].CopyTo(buffer);
        left = left[given..];
        return given;
    }

    // Its failure is told to the next reader; if there is none, the connection has been closed.
    private static void Observe(Task<int> reading) =>
        _ = reading.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
