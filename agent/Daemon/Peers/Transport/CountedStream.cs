namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Counts what goes by, after it went.</summary>
internal sealed class CountedStream(Stream inner, ByteCount count) : PassThroughStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Inner.ReadAsync(buffer, cancellationToken);
        count.Add(read);
        return read;
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Inner.WriteAsync(buffer, cancellationToken);
        count.Add(buffer.Length);
    }
}
