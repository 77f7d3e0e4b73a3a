namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Lets bytes pass no faster than the link's limit. Reads pay afterwards, which slows the sender by back-pressure.</summary>
internal sealed class RateLimitedStream(Stream inner, RateLimit limit) : PassThroughStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer[..limit.Slice(buffer.Length)], cancellationToken);
        await limit.TakeAsync(read, cancellationToken);
        return read;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var slice = buffer[..limit.Slice(buffer.Length)];
            await limit.TakeAsync(slice.Length, cancellationToken);
            await Inner.WriteAsync(slice, cancellationToken);
            buffer = buffer[slice.Length..];
        }
    }
}
