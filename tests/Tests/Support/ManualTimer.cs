namespace NodeAgent.Tests.Support;

/// <summary>A timer of a <see cref="ManualTimeProvider"/>, which guards its fields.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, Action callback) : ITimer
{
    public long DueTicks { get; set; }

    public long PeriodTicks { get; set; }

    /// <summary>Timers due at the same instant fire in the order in which they were armed.</summary>
    public long Sequence { get; set; }

    public bool IsDisposed { get; set; }

    public void Fire() => callback();

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Arm(this, dueTime, period);

    public void Dispose() => clock.Disarm(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
