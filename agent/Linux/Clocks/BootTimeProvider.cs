using NodeAgent.Linux.Native;

namespace NodeAgent.Linux.Clocks;

/// <summary>
/// The system's time with timestamps of CLOCK_BOOTTIME, in nanoseconds: a suspended node finds its deadlines past when
/// it wakes. Timers (<see cref="BootTimers"/>) do not count suspend: who fires on time must look at the clock.
/// </summary>
public sealed class BootTimeProvider : TimeProvider
{
    private const int BootTime = 7;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <inheritdoc/>
    public override long TimestampFrequency => NanosecondsPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp() => KernelClock.Read(BootTime);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new BootTimer(callback, state, dueTime, period);
    }
}
