namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// Fails a read or write that makes no progress for too long, with <see cref="TimeoutException"/>: a peer that holds
/// the connection open and does nothing must not hold us. One read or write at a time.
/// </summary>
internal sealed class IdleLimitedStream(Stream inner, TimeSpan idle, TimeProvider time) : PassThroughStream(inner)
{
    // A stream has a read for every 16 KiB: one timer and one source serve all that come in time.
    private CancellationTokenSource stop = new();
    private ITimer? timer;
    private bool isArmed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var token = Begin();
        using var told = cancellationToken.UnsafeRegister(Stop, stop);
        try
        {
            var reading = Inner.ReadAsync(buffer, token);
            if (!reading.IsCompleted)
            {
                Arm(idle);
            }

            return await reading;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Silent();
        }
        finally
        {
            Arm(Timeout.InfiniteTimeSpan);
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var token = Begin();
        using var told = cancellationToken.UnsafeRegister(Stop, stop);
        try
        {
            var writing = Inner.WriteAsync(buffer, token);
            if (!writing.IsCompleted)
            {
                Arm(idle);
            }

            await writing;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Silent();
        }
        finally
        {
            Arm(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            timer?.Dispose();
            stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private static void Stop(object? source)
    {
        try
        {
            ((CancellationTokenSource)source!).Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The timer rang while the stream was closed: nobody reads any more.
        }
    }

    private CancellationToken Begin()
    {
        if (stop.IsCancellationRequested)
        {
            timer?.Dispose();
            timer = null;
            stop.Dispose();
            stop = new CancellationTokenSource();
        }

        return stop.Token;
    }

    private void Arm(TimeSpan due)
    {
        if (due == Timeout.InfiniteTimeSpan && !isArmed)
        {
            return;
        }

        isArmed = due != Timeout.InfiniteTimeSpan;
        timer ??= time.CreateTimer(Stop, stop, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private TimeoutException Silent() => new($"nothing moved for {idle.TotalSeconds:0} s");
}
