using NodeAgent.Contract;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Cluster.Ledger;

/// <summary>
/// Whether a stay whose key is gone is over. The store alone is not believed: an etcd member that was slow or frozen as the leader can
/// end leases that were renewed meanwhile (etcd issue 15247; 3.4 before .31 and 3.5 before .13 have it). Each renewal also writes a key,
/// in order with all else; a stay is over only when its key is gone and nothing of it was heard for the length of its lease by the clock
/// of this node. Hearing late only makes it wait longer.
/// </summary>
internal sealed class NodeSilence(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Heard> nodes = new(StringComparer.Ordinal);
    private readonly BootClock clock = new(time);
    private TimeSpan longest = TimeSpan.FromSeconds(10);

    // A key that should be gone and is still there is looked at again soon.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(0.5);

    private sealed record Heard(long Session, Instant At, TimeSpan Length, bool IsGone);

    /// <summary>A stay was seen to last: it may be renewed at this moment.</summary>
    public void Saw(string node, long session, TimeSpan length)
    {
        lock (gate)
        {
            longest = length > longest ? length : longest;
            // A key that went never comes back: who still saw it is behind.
            if (nodes.TryGetValue(node, out var known) && (known.Session > session || (known.Session == session && known.IsGone)))
            {
                return;
            }

            nodes[node] = new(session, clock.Now, length, IsGone: false);
        }
    }

    /// <summary>The key of the node's stay went, right after all that was seen of it.</summary>
    public void Lost(string node, long session)
    {
        lock (gate)
        {
            if (nodes.TryGetValue(node, out var heard) && heard.Session == session)
            {
                nodes[node] = heard with { IsGone = true };
            }
        }
    }

    /// <summary>A stay was found gone, and what came before was not seen: it may have been renewed until now.</summary>
    public void Missed(string node, long session)
    {
        lock (gate)
        {
            // A lease that was never seen is taken to be as long as any.
            var length = longest;
            if (nodes.TryGetValue(node, out var heard) && heard.Session >= session)
            {
                // Of an earlier stay only somebody who is behind still speaks.
                if (heard.IsGone || heard.Session > session)
                {
                    return;
                }

                length = heard.Length;
            }

            nodes[node] = new(session, clock.Now, length, IsGone: true);
        }
    }

    /// <summary>True if that stay is gone and was not heard for as long as its lease lasts.</summary>
    public bool IsOver(string node, long session)
    {
        lock (gate)
        {
            return nodes.GetValueOrDefault(node) is { IsGone: true } heard && heard.Session == session && clock.Now >= heard.At.Add(heard.Length);
        }
    }

    /// <summary>
    /// The stays whose keys are there still, although nothing was heard of them since then for as long as their leases last: of leases
    /// longer than <paramref name="pause"/>.
    /// </summary>
    public IReadOnlyList<(string Node, long Session)> Overdue(Instant since, TimeSpan pause)
    {
        lock (gate)
        {
            var now = clock.Now;
            return [.. nodes.Where(pair => pair.Value is { IsGone: false } heard && heard.Length > pause && now >= (heard.At > since ? heard.At : since).Add(heard.Length)).Select(pair => (pair.Key, pair.Value.Session))];
        }
    }

    /// <summary>How long until there is something to look at again: a stay that is over, or should be; null if none is waited for.</summary>
    public TimeSpan? UntilNext()
    {
        lock (gate)
        {
            var now = clock.Now;
            var waits = nodes.Values.Select(heard => heard.At.Add(heard.Length) is var end && end > now ? TimeSpan.FromTicks((end.Nanoseconds - now.Nanoseconds) / 100) : heard.IsGone ? (TimeSpan?)null : LookAgain)
                .OfType<TimeSpan>().ToList();
            return waits.Count == 0 ? null : waits.Min();
        }
    }
}
