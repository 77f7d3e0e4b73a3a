namespace NodeAgent.Plugins.Synchronous;

/// <summary>How long writes stand still, as the steps of an upkeep saw it. Asked by others while a step hangs.</summary>
/// <param name="time">The clock.</param>
internal sealed class FreezeClock(TimeProvider time)
{
    private readonly Lock gate = new();
    private TimeSpan before;
    private long? since;

    /// <summary>How long this time; null: they do not.</summary>
    public TimeSpan? For
    {
        get
        {
            lock (gate)
            {
                return since is { } began ? time.GetElapsedTime(began) : null;
            }
        }
    }

    /// <summary>How long in all.</summary>
    public TimeSpan Total
    {
        get
        {
            lock (gate)
            {
                return before + (since is { } began ? time.GetElapsedTime(began) : TimeSpan.Zero);
            }
        }
    }

    /// <summary>Notes what a step saw.</summary>
    public void See(bool isFrozen)
    {
        lock (gate)
        {
            if (isFrozen)
            {
                since ??= time.GetTimestamp();
            }
            else if (since is { } began)
            {
                before += time.GetElapsedTime(began);
                since = null;
            }
        }
    }
}
