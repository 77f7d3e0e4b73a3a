namespace NodeAgent.Tests.Support;

/// <summary>
/// A clock that stands still until a test moves it. Its frequency is neither that of TimeSpan ticks nor of
/// nanoseconds and its origin is not zero, so that code which mixes the units up is caught.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private const long UnitsPerTick = 4;
    private const long OriginTicks = 12_345_678_901;

    private readonly Lock gate = new();
    private readonly List<ManualTimer> armed = [];
    private readonly DateTimeOffset start;
    private long nowTicks = OriginTicks;
    private long wallOffsetTicks;
    private long sequence;
    private TaskCompletionSource changed = NewSignal();

    public ManualTimeProvider()
        : this(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero))
    {
    }

    public ManualTimeProvider(DateTimeOffset start) => this.start = start;

    /// <summary>40 MHz: exact for TimeSpan ticks, wrong for whoever assumes them.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond * UnitsPerTick;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers wait to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (gate)
            {
                return armed.Count;
            }
        }
    }

    /// <summary>How long until the next timer fires; null if none waits.</summary>
    public TimeSpan? UntilNextTimer
    {
        get
        {
            lock (gate)
            {
                return Earliest() is { } timer ? TimeSpan.FromTicks(timer.DueTicks - nowTicks) : null;
            }
        }
    }

    public override long GetTimestamp()
    {
        lock (gate)
        {
            return nowTicks * UnitsPerTick;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return start.AddTicks(nowTicks - OriginTicks + wallOffsetTicks);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, () => callback(state));
        _ = timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves time on and fires what is due on this thread, each timer at its own instant, in order.</summary>
    public void Advance(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.Zero);
        long target;
        lock (gate)
        {
            target = nowTicks + span.Ticks;
        }

        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Moves time to the next timer and fires it; false if none waits.</summary>
    public bool AdvanceToNextTimer()
    {
        if (UntilNextTimer is not { } span)
        {
            return false;
        }

        Advance(span);
        return true;
    }

    /// <summary>Sets the wall clock forward or back, as an administrator or NTP does; timers and timestamps stay.</summary>
    public void JumpWallClock(TimeSpan span)
    {
        lock (gate)
        {
            wallOffsetTicks += span.Ticks;
        }
    }

    /// <summary>Ends when at least <paramref name="count"/> timers wait, so that a test need not guess when code got there.</summary>
    public async Task TimersArmedAsync(int count, CancellationToken cancellation = default)
    {
        while (true)
        {
            Task signal;
            lock (gate)
            {
                if (armed.Count >= count)
                {
                    return;
                }

                signal = changed.Task;
            }

            await signal.WaitAsync(TimeSpan.FromSeconds(30), cancellation);
        }
    }

    internal bool Arm(ManualTimer timer, TimeSpan due, TimeSpan period)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            _ = armed.Remove(timer);
            timer.PeriodTicks = period > TimeSpan.Zero ? period.Ticks : 0;
            if (due >= TimeSpan.Zero)
            {
                Enqueue(timer, nowTicks + due.Ticks);
            }

            signal = changed;
            changed = NewSignal();
        }

        signal.SetResult();
        if (due == TimeSpan.Zero)
        {
            // As with the system's timers, "now" means soon and on another thread.
            _ = Task.Run(() => Advance(TimeSpan.Zero));
        }

        return true;
    }

    internal void Disarm(ManualTimer timer)
    {
        lock (gate)
        {
            timer.IsDisposed = true;
            _ = armed.Remove(timer);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ManualTimer? Earliest() => armed.MinBy(timer => (timer.DueTicks, timer.Sequence));

    private ManualTimer? TakeDue(long target)
    {
        lock (gate)
        {
            if (Earliest() is not { } timer || timer.DueTicks > target)
            {
                nowTicks = Math.Max(nowTicks, target);
                return null;
            }

            nowTicks = Math.Max(nowTicks, timer.DueTicks);
            _ = armed.Remove(timer);
            if (timer.PeriodTicks > 0)
            {
                Enqueue(timer, timer.DueTicks + timer.PeriodTicks);
            }

            return timer;
        }
    }

    private void Enqueue(ManualTimer timer, long dueTicks)
    {
        timer.DueTicks = dueTicks;
        timer.Sequence = sequence++;
        armed.Add(timer);
    }
}
