using System.Buffers;

namespace NodeAgent.Linux.Commands;

/// <summary>Moves bytes between a child and the streams of a command. Each pump closes its pipe at its end.</summary>
internal static class Pumps
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>Feeds the child until the source or the child ends.</summary>
    public static async Task FeedAsync(Stream source, PipeWriter target, CancellationToken cancellation)
    {
        using var _ = target;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            int count;
            do
            {
                count = await source.ReadAsync(buffer, cancellation);
            }
            while (count > 0 && await target.WriteAsync(buffer.AsMemory(0, count), cancellation));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
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
}
