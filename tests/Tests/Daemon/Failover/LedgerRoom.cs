using System.Collections.Immutable;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Linux.Clocks;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A cluster store in memory: one record, leases by a clock, the rules of wishes.</summary>
internal sealed class LedgerRoom(ManualTimeProvider time)
{
    private static readonly TimeSpan PresentFor = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private readonly Dictionary<string, Stay> stays = new(StringComparer.Ordinal);
    private ClusterView view = ClusterView.Empty with { Store = "first" };
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastSession;

    /// <summary>The store now.</summary>
    public ClusterView View
    {
        get
        {
            lock (gate)
            {
                Expire();
                return view;
            }
        }
    }

    public IClusterLedger For(NodeId node, long run = 1) => new Seat(this, node, run);

    /// <summary>When a node's lease ends if nobody renews it.</summary>
    public Instant EndOf(NodeId node)
    {
        lock (gate)
        {
            return stays.TryGetValue(node.Value, out var stay) ? new BootClock(time).Now.Add(time.GetElapsedTime(time.GetTimestamp(), stay.EndsAt)) : new Instant(0);
        }
    }

    /// <summary>Ends what has run out; a real store does it by itself.</summary>
    public void Expire()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            foreach (var (node, stay) in stays.Where(stay => stay.Value.EndsAt <= now).ToList())
            {
                stays.Remove(node);
                Change(view with { Live = view.Live.Remove(node), Ended = view.Ended.SetItem(node, view.Revision + 1) });
            }

            var present = stays.Where(stay => time.GetElapsedTime(stay.Value.Heard, now) < PresentFor).Select(stay => stay.Key).ToImmutableSortedSet(StringComparer.Ordinal);
            if (!present.SetEquals(view.Present))
            {
                Change(view with { Present = present });
            }
        }
    }

    /// <summary>What it was becomes another store with that record, and nobody is here.</summary>
    public void Restore(ClusterRecord record)
    {
        lock (gate)
        {
            stays.Clear();
            Change(ClusterView.Empty with { Record = record, Store = "second", Revision = view.Revision });
        }
    }

    /// <summary>True if it answers nobody who asks for a longer lease.</summary>
    public bool IsSlow { get; set; }

    private void Change(ClusterView next)
    {
        view = next with { Revision = view.Revision + 1 };
        var done = changed;
        changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        done.SetResult();
    }

    private long Join(NodeId node, Wish.Join wish, TimeSpan lease)
    {
        lock (gate)
        {
            Expire();
            var session = ++lastSession;
            if (WishRules.Apply(view, wish, node, session, wish.Run) is not { } record)
            {
                return 0;
            }

            var now = time.GetTimestamp();
            stays[node.Value] = new Stay(session, lease, now + (long)(lease.TotalSeconds * time.TimestampFrequency), now);
            Change(view with
            {
                Record = record,
                Live = view.Live.SetItem(node.Value, session),
                Present = view.Present.Add(node.Value),
                Ended = view.Ended.Remove(node.Value),
                Offers = view.Offers.Remove(node.Value),
            });
            return session;
        }
    }

    private Answer Renew(NodeId node, long session, TimeSpan lease, TimeSpan heard)
    {
        lock (gate)
        {
            Expire();
            if (!stays.TryGetValue(node.Value, out var stay) || stay.Session != session)
            {
                return Answer.No;
            }

            var now = time.GetTimestamp();
            stays[node.Value] = stay with { Lease = lease, EndsAt = now + (long)(lease.TotalSeconds * time.TimestampFrequency), Heard = now + (long)(heard.TotalSeconds * time.TimestampFrequency) };
            return Answer.Yes;
        }
    }

    private StayFound? Find(NodeId node)
    {
        lock (gate)
        {
            Expire();
            return stays.TryGetValue(node.Value, out var stay) ? new StayFound(stay.Session, stay.Lease) : null;
        }
    }

    private void End(NodeId node, long session)
    {
        lock (gate)
        {
            if (stays.TryGetValue(node.Value, out var stay) && stay.Session == session)
            {
                stays[node.Value] = stay with { EndsAt = 0 };
                Expire();
            }
        }
    }

    private WishAnswer Ask(NodeId node, Wish wish, long session, long run)
    {
        lock (gate)
        {
            Expire();
            if (wish is Wish.PublishOffers publish)
            {
                Change(view with { Offers = view.Offers.SetItem(node.Value, publish.Offers) });
                return WishAnswer.Done;
            }

            if (WishRules.Apply(view, wish, node, session, run) is not { } next)
            {
                return WishAnswer.Refused;
            }

            Change(view with { Record = next });
            return WishAnswer.Done;
        }
    }

    private sealed record Stay(long Session, TimeSpan Lease, long EndsAt, long Heard);

    private sealed class Seat(LedgerRoom room, NodeId node, long run) : IClusterLedger
    {
        public Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan lease, CancellationToken cancellation) =>
            Task.FromResult<Outcome<long>>(room.Join(node, wish, lease) is > 0 and var session
                ? session : new Fault(FaultCode.Busy, "cannot join", "it is being fenced", "Wait.", Retry.Later));

        public Task<Answer> RenewAsync(long session, TimeSpan lease, CancellationToken cancellation) => Task.FromResult(room.Renew(node, session, lease, TimeSpan.Zero));

        public async Task<Answer> ExtendAsync(long session, TimeSpan lease, CancellationToken cancellation)
        {
            if (room.IsSlow)
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }

            return room.Renew(node, session, lease, lease);
        }

        public Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation) => Task.FromResult(Outcome.Ok(room.Find(node)));

        public Task<Outcome> EndAsync(long session, CancellationToken cancellation)
        {
            room.End(node, session);
            return Task.FromResult(Outcome.Done);
        }

        public Task<WishAnswer> AskAsync(Wish wish, long session, CancellationToken cancellation) => Task.FromResult(room.Ask(node, wish, session, run));

        public Task<Outcome<ClusterView>> LookAsync(CancellationToken cancellation)
        {
            lock (room.gate)
            {
                return Task.FromResult(Outcome.Ok(room.view));
            }
        }

        public async IAsyncEnumerable<ClusterView> FollowAsync(
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            while (true)
            {
                ClusterView now;
                Task next;
                lock (room.gate)
                {
                    (now, next) = (room.view, room.changed.Task);
                }

                yield return now;
                await next.WaitAsync(cancellation);
            }
        }
    }
}
