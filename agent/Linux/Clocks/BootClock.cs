using NodeAgent.Contract;

namespace NodeAgent.Linux.Clocks;

/// <summary>
/// This node's boot clock as instants. With a <see cref="BootTimeProvider"/> it is CLOCK_BOOTTIME; with a test's
/// provider it is whatever that says.
/// </summary>
public sealed class BootClock(TimeProvider time)
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The present.</summary>
    public Instant Now
    {
        get
        {
            var frequency = time.TimestampFrequency;
            var timestamp = time.GetTimestamp();
            return new(frequency == NanosecondsPerSecond
                ? timestamp
                : (long)((Int128)timestamp * NanosecondsPerSecond / frequency));
        }
    }

    /// <summary>How long until an instant; negative if it is past, <see cref="TimeSpan.MaxValue"/> if it never comes.</summary>
    public TimeSpan Until(Instant instant) => instant == Instant.Never
        ? TimeSpan.MaxValue
        : TimeSpan.FromTicks((instant.Nanoseconds - Now.Nanoseconds) / TimeSpan.NanosecondsPerTick);
}
