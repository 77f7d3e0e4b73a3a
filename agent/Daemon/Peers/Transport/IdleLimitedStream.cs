namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Fails a read or write that makes no progress for too long, with <see cref="TimeoutException"/>: a peer that holds
/// the connection open and does nothing must not hold us.
/// </summary>
internal sealed class IdleLimitedStream(Stream inner, TimeSpan idle, TimeProvider time) : PassThroughStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(idle, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await Inner.ReadAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Silent();
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = new CancellationTokenSource(idle, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await Inner.WriteAsync(buffer, both.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Silent();
        }
    }

    private TimeoutException Silent() => new($"nothing moved for {idle.TotalSeconds:0} s");
}
