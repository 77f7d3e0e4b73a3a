namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// How long a call may go without a sign of life. For most calls there are no signs, so it is a plain deadline; a
/// stream gives one with every byte, and its clock stands still while the plugin waits for the host's end of it.
/// </summary>
internal sealed class CallClock(TimeSpan limit)
{
    private long signs;
    private int waitsForHost;

    /// <summary>The plugin did something.</summary>
    public void Sign() => Interlocked.Increment(ref signs);

    /// <summary>The plugin now waits for the host.</summary>
    public void EnterHost() => Interlocked.Increment(ref waitsForHost);

    /// <summary>The plugin no longer waits for the host.</summary>
    public void LeaveHost()
    {
        Sign();
        Interlocked.Decrement(ref waitsForHost);
    }

    /// <summary>True when the call ended; false when the clock ran out or the caller cancelled first.</summary>
    public async Task<bool> EndsInTimeAsync(Task call, TimeProvider time, CancellationToken cancellation)
    {
        while (true)
        {
            var before = Interlocked.Read(ref signs);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(call, Task.Delay(limit, time, over.Token));
            await over.CancelAsync();
            if (call.IsCompleted)
            {
                return true;
            }

            var isAlive = Interlocked.Read(ref signs) != before || Volatile.Read(ref waitsForHost) > 0;
            if (cancellation.IsCancellationRequested || !isAlive)
            {
                return false;
            }
        }
    }
}
