using NodeAgent.Contract;

namespace NodeAgent.Core.Replication;

/// <summary>When a unit's next replication cycle begins.</summary>
public static class CycleTiming
{
    /// <summary>The shortest interval that is taken.</summary>
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>The age that a copy may have at this interval: one cycle may fail or run long before anybody is told.</summary>
    public static TimeSpan LargestAge(TimeSpan interval) => (2 * interval) + Slack;

    /// <summary>Cycles that a long one left out: the first that fell due meanwhile follows it at once, the others never run.</summary>
    /// <param name="began">When the long cycle began.</param>
    /// <param name="now">Now, when it ended.</param>
    /// <param name="interval">The unit's interval.</param>
    public static long LeftOut(Instant began, Instant now, TimeSpan interval) =>
        Math.Max(0, ((now.Nanoseconds - began.Nanoseconds) / 100 / interval.Ticks) - 1);

    /// <summary>
    /// After a good cycle: one interval after it began, on the grid, so that late cycles do not drift; a cycle longer
    /// than its interval is followed at once. After failures: growing pauses, never longer than the interval.
    /// </summary>
    /// <param name="began">When the last cycle began.</param>
    /// <param name="now">Now, when it ended.</param>
    /// <param name="interval">The unit's interval.</param>
    /// <param name="failures">Failed cycles in a row.</param>
    public static Instant Next(Instant began, Instant now, TimeSpan interval, int failures)
    {
        var regular = began.Add(interval);
        if (failures == 0)
        {
            return regular < now ? now : regular;
        }

        var pause = TimeSpan.FromTicks(Math.Min(interval.Ticks, FirstPause.Ticks << Math.Min(failures - 1, 20)));
        return now.Add(pause);
    }
}
