using NodeAgent.Linux.Native;

namespace NodeAgent.Daemon.Hosting;

/// <summary>
/// Gives back what a busy time left: the start, a seed, many orders. The collector keeps the room of what it freed, and
/// so does the C library, for an agent that may then do little for weeks. Only memory that nobody uses goes; program
/// pages stay, for a node that leads through trouble must not wait for its disk.
/// </summary>
/// <param name="isIdle">True while no stream runs.</param>
/// <param name="time">The clock.</param>
internal sealed class RestingHeap(Func<bool> isIdle, TimeProvider time)
{
    /// <summary>How often is looked whether there was a busy time.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    // An agent at rest allocates less than this in an hour's looks; a busy one in seconds.
    private const long Busy = 16L << 20;
    private long collectedAt;

    /// <summary>How often memory was given back.</summary>
    public int Times { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, cancellation);
                Look();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private void Look()
    {
        var allocated = GC.GetTotalAllocatedBytes();
        if (allocated - collectedAt < Busy || !isIdle())
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        collectedAt = GC.GetTotalAllocatedBytes();
        Times++;
    }
}
