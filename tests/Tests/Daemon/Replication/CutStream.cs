namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Lets so many bytes through; then the link is broken.</summary>
public sealed class CutStream(Stream inner, long bytes) : WriteOnlyStream(inner)
{
    private long left = bytes;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = (int)Math.Min(left, buffer.Length);
        await Inner.WriteAsync(buffer[..part], cancellationToken);
        left -= part;
        if (part < buffer.Length)
        {
            await Inner.FlushAsync(cancellationToken);
            throw new IOException("the link was cut");
        }
    }
}
