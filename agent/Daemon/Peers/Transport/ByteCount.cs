namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>Bytes that went by; read by progress and metrics while it grows.</summary>
internal sealed class ByteCount
{
    private long value;

    public long Value => Interlocked.Read(ref value);

    public void Add(long bytes) => Interlocked.Add(ref value, bytes);
}
