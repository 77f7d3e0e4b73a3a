namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Lets so many bytes through; then the link is broken.</summary>
public sealed class CutStream(Stream inner, long bytes) : Stream
{
    private long left = bytes;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var part = (int)Math.Min(left, buffer.Length);
        await inner.WriteAsync(buffer[..part], cancellationToken);
        left -= part;
        if (part < buffer.Length)
        {
            await inner.FlushAsync(cancellationToken);
            throw new IOException("the link was cut");
        }
    }
}
