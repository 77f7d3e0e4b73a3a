using NodeAgent.Cluster.Mirror;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Cluster.Ledger;

/// <summary>
/// Takes the keys of stays away of which nothing was heard for the length of their leases, so that a takeover need not wait for the
/// store: a new leader of etcd gives every lease its whole length again, and its election timeout (etcd, lease.Lessor, Promote).
/// </summary>
/// <remarks>
/// That a stay is over is not decided here but by <see cref="NodeSilence"/>, as it is for keys that the store took away: its key is gone, so
/// no renewal follows, and the last one that is in the store was heard a whole lease ago. A key that went too early would only cost its node
/// the stay. So nothing is taken from a node that is seen to have written since, nor by one that did not hear itself for as long: its own ears may be what
/// was wrong, and after the store was away, or all nodes were off, everybody is given the time of a lease to be heard again.
/// </remarks>
internal sealed class SilentStays(IClusterStore store, NodeId self, NodeSilence silence, TimeProvider time)
{
    // The store chooses a new leader in less. Long leases are renewed more seldom.
    private const double LongestShare = 0.4;
    private static readonly TimeSpan ShortestPause = LedgerLeases.PresenceLength * 2;

    private readonly BootClock clock = new(time);
    private Instant? hearsSince;
    private Instant hearsUntil;
    private TimeSpan pause;

    /// <summary>What is being taken away; never fails.</summary>
    public Task Ending { get; private set; } = Task.CompletedTask;

    /// <summary>This node's own renewal came by.</summary>
    public void HeardSelf(TimeSpan lease)
    {
        var now = clock.Now;
        pause = lease * LongestShare > ShortestPause ? lease * LongestShare : ShortestPause;
        hearsSince = hearsSince is { } since && now <= hearsUntil ? since : now;
        hearsUntil = now.Add(pause);
    }

    /// <summary>Something may have been missed.</summary>
    public void Missed() => hearsSince = null;

    /// <summary>Begins to take away what is to go, if nothing is being taken away yet.</summary>
    public void End(LedgerSight sight, MirrorView view, CancellationToken cancellation)
    {
        if (!Ending.IsCompleted || hearsSince is not { } since || clock.Now > hearsUntil)
        {
            return;
        }

        // A lease that is no longer than a pause would be judged by ears that may have heard nothing all the while.
        var nodes = silence.Overdue(since, pause).Where(stay => stay.Node != self.Value && sight.Sessions.GetValueOrDefault(stay.Node)?.Number == stay.Session)
            .Select(stay => new NodeId(stay.Node)).ToList();
        if (nodes.Count > 0)
        {
            Ending = EndAsync([.. nodes.Select(node => Unheard(sight, view, node))], cancellation);
        }
    }

    private static StoreTransaction Unheard(LedgerSight sight, MirrorView view, NodeId node)
    {
        var presence = StoreKeys.PresenceOf(node);
        return new(
            [sight.SessionUntouched(node), new(presence, view.Entries.GetValueOrDefault(presence)?.Modified ?? 0)],
            [StoreChange.Delete(StoreKeys.Session(node)), StoreChange.Delete(presence), StoreChange.Delete(StoreKeys.OffersOf(node))]);
    }

    // What became of it comes by like all else; what is still there is tried again.
    private async Task EndAsync(IReadOnlyList<StoreTransaction> transactions, CancellationToken cancellation)
    {
        try
        {
            foreach (var transaction in transactions)
            {
                _ = await store.CommitAsync(transaction, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever follows next begins anew.
        }
    }
}
