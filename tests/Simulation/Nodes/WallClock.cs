using NodeAgent.Simulation.Judging;

namespace NodeAgent.Simulation.Nodes;

/// <summary>
/// The wall clock. No two looks see the same time, even after a jump back: so each time that anybody claims names the
/// one moment at which it was read.
/// </summary>
internal sealed class WallClock(Truth truth) : TimeProvider
{
    private static readonly DateTimeOffset Beginning = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<DateTimeOffset, long> moments = [];
    private DateTimeOffset now = Beginning;
    private long steady;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => steady++;

    public override DateTimeOffset GetUtcNow()
    {
        do
        {
            now = now.AddTicks(1);
        }
        while (moments.ContainsKey(now));

        moments[now] = truth.Moment;
        return now;
    }

    /// <summary>Whoever waits here waits no longer than the round: time stands still while agents act.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        callback(state);
        return new PastTimer();
    }

    /// <summary>How many writes had been acknowledged when the clock showed this; null if it never did.</summary>
    public long? MomentOf(DateTimeOffset shown) => moments.TryGetValue(shown, out var moment) ? moment : null;

    /// <summary>Time goes by.</summary>
    public void Advance(TimeSpan span)
    {
        now += span;
        steady += span.Ticks;
    }

    /// <summary>The wall clock jumps; the steady one does not.</summary>
    public void Jump(int seconds) => now = now.AddSeconds(seconds);

    private sealed class PastTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            // It has fired.
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
