namespace NodeAgent.Tests.Linux.Commands;

/// <summary>A source that gives its bytes in small pieces, each a moment after the one before, and then ends or falls silent.</summary>
internal sealed class PieceStream(int pieces, int bytes, bool isSilentAfterwards = false) : MemoryStream
{
    private int given;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (given == pieces)
        {
            await Task.Delay(isSilentAfterwards ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
            return 0;
        }

        given++;
        buffer.Span[..bytes].Fill((byte)given);
        return bytes;
    }
}
