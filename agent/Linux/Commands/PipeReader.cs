using Microsoft.Win32.SafeHandles;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>Our end of a child's output.</summary>
internal sealed class PipeReader : IDisposable
{
    private const int WouldBlock = -1;
    private readonly SafeFileHandle handle;
    private readonly ReadySignal ready;
    private long bytes;
    private volatile bool isWaiting;

    public PipeReader(SafeFileHandle handle)
    {
        this.handle = handle;
        Descriptor.MakeNonBlocking(handle);
        ready = Poller.Shared.Watch(handle, Poller.Readable);
    }

    /// <summary>What was read so far.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>True if it waits for the child and not for whoever takes what it reads, or is done.</summary>
    public bool IsIdle => isWaiting || handle.IsClosed;

    /// <summary>Reads what is there, at least one byte; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            if (TryRead(buffer.Span) is var count and not WouldBlock)
            {
                return count;
            }

            isWaiting = true;
            await ready.WaitAsync(cancellation);
            isWaiting = false;
        }
    }

    /// <summary>Reads until the buffer is full or nothing more is there right now; 0 at the end.</summary>
    public async ValueTask<int> ReadManyAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        var filled = await ReadAsync(buffer, cancellation);
        while (filled > 0 && filled < buffer.Length)
        {
            // An end that is met here is met again by the next read.
            var count = TryRead(buffer.Span[filled..]);
            if (count <= 0)
            {
                break;
            }

            filled += count;
        }

        return filled;
    }

    /// <summary>Reads what is there right now; 0 at the end, -1 if nothing is there.</summary>
    public unsafe int TryRead(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = (int)LibC.read(handle, start, (nuint)buffer.Length);
                if (count >= 0)
                {
                    _ = Interlocked.Add(ref bytes, count);
                    return count;
                }

                switch (Errno.Last)
                {
                    case Errno.Interrupted:
                        continue;
                    case Errno.TryAgain:
                        return WouldBlock;
                    case var errno:
                        throw new InvalidOperationException($"read from a pipe: {Errno.Text(errno)}");
                }
            }
        }
    }

    public void Dispose()
    {
        ready.Dispose();
        handle.Dispose();
    }
}
