namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>How long nobody could look at the pool that is imported here. Written by one step of the upkeep at a time, read by who tells.</summary>
internal sealed class PoolSight(TimeProvider time)
{
    /// <summary>A pool that is being imported beside this one holds ZFS's own locks for half a minute: after this it is told.</summary>
    public static readonly TimeSpan Told = TimeSpan.FromSeconds(60);

    /// <summary>After this the certificate stops saying of the peer what nobody can see.</summary>
    public static readonly TimeSpan Trust = TimeSpan.FromMinutes(5);

    private long since;

    /// <summary>Since the first look in a row that failed; null: the last one did not.</summary>
    public TimeSpan? BlindFor => Interlocked.Read(ref since) is not 0 and var began ? time.GetElapsedTime(began - 1) : null;

    public void Saw() => Interlocked.Exchange(ref since, 0);

    // One is added: a clock may begin at zero.
    public void Missed() => Interlocked.CompareExchange(ref since, time.GetTimestamp() + 1, 0);
}
