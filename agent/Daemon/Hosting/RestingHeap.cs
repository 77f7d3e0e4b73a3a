using NodeAgent.Linux.Native;

namespace NodeAgent.Daemon.Hosting;

/// <summary>
/// Gives back what a busy time left: the start, a seed, many orders. The collector keeps the room of what it freed, and
/// so does the C library, for an agent that may then do little for weeks. Only memory that nobody uses goes; program
/// pages stay, for a node that leads through trouble must not wait for its disk.
/// </summary>
/// <param name="isIdle">True while no stream runs.</param>
/// <param name="allocated">Bytes allocated since the start.</param>
/// <param name="giveBack">Gives back what is not used.</param>
/// <param name="time">The clock.</param>
internal sealed class RestingHeap(Func<bool> isIdle, Func<long> allocated, Action giveBack, TimeProvider time)
{
    /// <summary>How often is looked whether there was a busy time.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>Whoever allocates less in between was not busy.</summary>
    public const long Busy = 16L << 20;

    private long collectedAt;

    /// <summary>This process's heap.</summary>
    public static RestingHeap OfThisProcess(Func<bool> isIdle, TimeProvider time) =>
        new(isIdle, () => GC.GetTotalAllocatedBytes(), GiveBack, time);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Every, time, cancellation);
                if (allocated() - collectedAt >= Busy && isIdle())
                {
                    giveBack();
                    collectedAt = allocated();
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    private static void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
