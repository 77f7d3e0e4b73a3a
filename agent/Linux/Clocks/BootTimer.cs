namespace NodeAgent.Linux.Clocks;

/// <summary>
/// One timer of <see cref="BootTimeProvider"/>. Never early; a period that was missed is left out. What flows with a call, such as the
/// scope of a log, does not flow into its callback.
/// </summary>
internal sealed class BootTimer : ITimer, IThreadPoolWorkItem
{
    /// <summary>Not due at all.</summary>
    public const long Never = long.MaxValue;

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
    private static long serials;
    private readonly TimerCallback callback;
    private readonly object? state;
    private readonly long serial = Interlocked.Increment(ref serials);
    private long period;
    private int begun;
    private bool isClosed;
    private TaskCompletionSource? idle;

    public BootTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (this.callback, this.state) = (callback, state);
        _ = Change(dueTime, period);
    }

    /// <summary>When, on the clock of <see cref="BootTimers"/>. Changed only under the lock of all timers.</summary>
    public long Due { get; private set; } = Never;

    /// <summary>The order in which timers are due.</summary>
    public static int ByTurn(BootTimer one, BootTimer other) =>
        one.Due != other.Due ? one.Due.CompareTo(other.Due) : one.serial.CompareTo(other.serial);

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var (first, every) = (Nanoseconds(dueTime, nameof(dueTime)), Nanoseconds(period, nameof(period)));
        return BootTimers.Change(this, timer =>
        {
            if (timer.isClosed)
            {
                return false;
            }

            timer.Due = first == Never ? Never : BootTimers.Now + first;
            timer.period = every;
            return true;
        });
    }

    /// <inheritdoc/>
    public void Dispose() => BootTimers.Change(this, timer => timer.Close());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(BootTimers.Change(this, timer =>
    {
        timer.Close();
        return timer.begun == 0 ? Task.CompletedTask : (timer.idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }));

    /// <summary>It is due: what comes next is computed. Under the lock of all timers.</summary>
    public void Begin()
    {
        begun++;
        var now = BootTimers.Now;
        Due = period is 0 or Never ? Never : Due + period > now ? Due + period : now + period;
    }

    /// <inheritdoc/>
    public void Execute()
    {
        try
        {
            if (!Volatile.Read(ref isClosed))
            {
                callback(state);
            }
        }
        finally
        {
            BootTimers.Change(this, timer => --timer.begun == 0 ? timer.idle : null)?.TrySetResult();
        }
    }

    private bool Close()
    {
        (isClosed, Due) = (true, Never);
        return true;
    }

    private static long Nanoseconds(TimeSpan span, string name)
    {
        if (span == Timeout.InfiniteTimeSpan)
        {
            return Never;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(span, Longest, name);
        return span.Ticks * TimeSpan.NanosecondsPerTick;
    }
}
