namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Dies before each write.</summary>
public sealed class KillableStream(Stream inner, KillSwitch kill) : WriteOnlyStream(inner)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        kill.Pass("middle of a stream");
        return Inner.WriteAsync(buffer, cancellationToken);
    }
}
