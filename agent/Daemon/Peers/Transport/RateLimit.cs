namespace NodeAgent.Daemon.Peers.Transport;

/// <summary>
/// A token bucket for one path to a peer, shared by its streams in both directions. It may go into debt by one slice, so large
/// and small slices are served alike. The rate can be changed at any time; who waits is told at once.
/// </summary>
internal sealed class RateLimit(TimeProvider time)
{
    // The bucket holds a quarter of a second: enough to smooth, too little to flood.
    private const double BurstSeconds = 0.25;
    private const int SmallestSlice = 4 * 1024;

    private readonly Lock gate = new();
    private double available;
    private long stamp = time.GetTimestamp();
    private long? rate;
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Bytes per second; null is unlimited.</summary>
    public long? BytesPerSecond
    {
        get
        {
            lock (gate)
            {
                return rate;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value ?? 1);
            lock (gate)
            {
                Refill();
                rate = value;
                available = Math.Min(available, Burst());
                changed.SetResult();
                changed = NewSignal();
            }
        }
    }

    /// <summary>The most that should be taken at once, so that no one waits long in one piece.</summary>
    public int Slice(int wanted)
    {
        lock (gate)
        {
            return rate is null ? wanted : (int)Math.Min(wanted, Math.Max(SmallestSlice, Burst()));
        }
    }

    /// <summary>Waits until the bytes may pass.</summary>
    public async ValueTask TakeAsync(int bytes, CancellationToken cancellation)
    {
        while (true)
        {
            TimeSpan wait;
            Task signal;
            lock (gate)
            {
                Refill();
                if (rate is not { } current)
                {
                    return;
                }

                if (available > 0)
                {
                    available -= bytes;
                    return;
                }

                // Rounded up: a timer that rings a hair too early would ring again and again.
                wait = TimeSpan.FromMilliseconds(Math.Floor(-available / current * 1000) + 1);
                signal = changed.Task;
            }

            await WaitAsync(wait, signal, cancellation);
        }
    }

    private async Task WaitAsync(TimeSpan wait, Task signal, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(wait, time, stop.Token), signal);
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(stamp, now);
        stamp = now;
        available = rate is { } current ? Math.Min(available + (elapsed.TotalSeconds * current), Burst()) : 0;
    }

    private double Burst() => rate is { } current ? Math.Max(1, current * BurstSeconds) : 0;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
