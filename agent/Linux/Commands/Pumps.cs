using System.Buffers;

namespace NodeAgent.Linux.Commands;

/// <summary>Moves bytes between a child and the streams of a command. Each pump closes its pipe at its end.</summary>
internal static class Pumps
{
    private const int ChunkBytes = 1024 * 1024;
    private const int GatheredBytes = 512 * 1024;
    private static readonly TimeSpan LongestGathering = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Feeds the child until the source or the child ends. A stream comes in pieces of 16 KiB, and each write wakes the
    /// child: pieces are gathered, but never for longer than <see cref="LongestGathering"/> of silence.
    /// </summary>
    public static async Task FeedAsync(Stream source, PipeWriter target, TimeProvider time, CancellationToken cancellation)
    {
        using var _ = target;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        Task<int>? reading = null;
        try
        {
            var filled = 0;
            while (true)
            {
                reading = source.ReadAsync(buffer.AsMemory(filled), cancellation).AsTask();
                if (filled > 0 && !await IsSoonAsync(reading, time, cancellation))
                {
                    // The read goes on behind what is written.
                    var goesOn = await target.WriteAsync(buffer.AsMemory(0, filled), cancellation);
                    var late = await reading;
                    buffer.AsSpan(filled, late).CopyTo(buffer);
                    filled = late;
                    if (!goesOn || late == 0)
                    {
                        return;
                    }

                    continue;
                }

                var count = await reading;
                filled += count;
                if (count > 0 && filled < GatheredBytes)
                {
                    continue;
                }

                if (!await target.WriteAsync(buffer.AsMemory(0, filled), cancellation) || count == 0)
                {
                    return;
                }

                filled = 0;
            }
        }
        finally
        {
            // A read that was given up may still write into it: then it is nobody's any more.
            if (reading is null or { IsCompleted: true })
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Passes on what the child prints until it closes its output.</summary>
    public static async Task PassOnAsync(PipeReader source, Stream target, CancellationToken cancellation)
    {
        using var _ = source;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            while (await source.ReadManyAsync(buffer, cancellation) is var count and > 0)
            {
                await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }

            await target.FlushAsync(cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Keeps what the child prints; calls back once it is more than may be kept.</summary>
    public static async Task KeepAsync(
        PipeReader source, OutputBuffer target, Action? overLimit, CancellationToken cancellation)
    {
        using var _ = source;
        try
        {
            while (await source.ReadAsync(target.Free(), cancellation) is var count and > 0)
            {
                target.Keep(count);
                if (target.IsOverLimit && overLimit is not null)
                {
                    overLimit();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What was said before the end often tells why it came to that.
            while (!target.IsOverLimit && source.TryRead(target.Free().Span) is var count and > 0)
            {
                target.Keep(count);
            }
        }
    }

    private static async ValueTask<bool> IsSoonAsync(Task reading, TimeProvider time, CancellationToken cancellation)
    {
        if (reading.IsCompleted)
        {
            return true;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var first = await Task.WhenAny(reading, Task.Delay(LongestGathering, time, stop.Token));
        await stop.CancelAsync();
        return first == reading;
    }
}
