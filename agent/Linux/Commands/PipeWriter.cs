using Microsoft.Win32.SafeHandles;

using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Commands;

/// <summary>Our end of a child's input.</summary>
internal sealed class PipeWriter : IDisposable
{
    private readonly SafeFileHandle handle;
    private readonly ReadySignal ready;
    private long bytes;

    public PipeWriter(SafeFileHandle handle)
    {
        this.handle = handle;
        Descriptor.MakeNonBlocking(handle);
        ready = Poller.Shared.Watch(handle, Poller.Writable);
    }

    /// <summary>What was written so far.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Writes all of it; false if the child reads no more.</summary>
    public async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        while (buffer.Length > 0)
        {
            switch (TryWrite(buffer.Span))
            {
                case { } count:
                    buffer = buffer[count..];
                    break;
                case null when Errno.Last == Errno.TryAgain:
                    await ready.WaitAsync(cancellation);
                    break;
                case null when Errno.Last == Errno.BrokenPipe:
                    return false;
                default:
                    throw new InvalidOperationException($"write to a pipe: {Errno.Text(Errno.Last)}");
            }
        }

        return true;
    }

    public void Dispose()
    {
        ready.Dispose();
        handle.Dispose();
    }

    private unsafe int? TryWrite(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count;
            do
            {
                count = LibC.write(handle, start, (nuint)buffer.Length);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);

            if (count < 0)
            {
                return null;
            }

            _ = Interlocked.Add(ref bytes, count);
            return (int)count;
        }
    }
}
