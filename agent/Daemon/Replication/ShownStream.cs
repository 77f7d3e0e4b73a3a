using NodeAgent.Daemon.Peers.Transport;

namespace NodeAgent.Daemon.Replication;

/// <summary>Shows what is written to a stream after it went out.</summary>
internal sealed class ShownStream(Stream inner, IStreamShown shown) : PassThroughStream(inner)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Inner.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Inner.WriteAsync(buffer, cancellationToken);
        shown.Sent(buffer.Length);
    }
}
