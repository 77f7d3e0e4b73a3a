namespace NodeAgent.Tests.Daemon.Metrics;

/// <summary>A monotonic clock that moves when told.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks;

    public void Step(TimeSpan by) => ticks += by.Ticks;
}
